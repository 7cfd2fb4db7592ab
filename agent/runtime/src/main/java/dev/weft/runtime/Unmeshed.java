package dev.weft.runtime;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.Listeners;
import dev.weft.engine.Scheduler;
import dev.weft.engine.egress.EgressGuard;
import dev.weft.engine.egress.Standing;
import dev.weft.xds.UnmeshedSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which sockets of the application the mesh does not carry, and whose code has opened them.
 *
 * <p>Connections that the mesh encrypts or routes are passed over at once. Of others the stack is
 * looked at, {@link #LOOKS} times a second at most. Memory: {@link #MOST} kinds of connections,
 * told apart by where about they go, the reason and the stack, and {@link #MOST} listeners; of each
 * 8 frames, a name and 4 addresses, of at most 200 characters. So 600 KB at the most, and a few KB
 * where sockets are of few kinds. What there is no room or time for is counted.
 *
 * <p>It only tells: whatever fails here fails nothing else.
 */
final class Unmeshed {

  static final int MOST = 64;
  static final int LOOKS = 50;

  private static final int MOST_ADDRESSES = 4;
  private static final int MOST_SERVED = 1024;

  /** Until something new is told, so that a start is told as one. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** How late the counts of what is known may be. */
  private static final Duration LATER = Duration.ofSeconds(15);

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final String NO_LIBRARY = "no woven library";
  private static final String UNKNOWN = "not in the registry";

  private final Set<Integer> unmeshedPorts;
  private final Scheduler scheduler;
  private final LongSupplier clock;

  // Guarded by this.
  private final Map<String, Seen> connections = new LinkedHashMap<>();
  private final Map<Integer, Seen> listeners = new LinkedHashMap<>();
  private final Set<Integer> served = new HashSet<>();
  private long leftOff;
  private long second;
  private int looked;
  private boolean tellsSoon;
  private boolean tellsLater;
  private Runnable changed = () -> {};
  private Predicate<String> woven = adapter -> true;

  private static final class Seen {
    final SocketOrigin origin;
    final String reason;
    final Set<String> addresses = new LinkedHashSet<>();
    long count;

    Seen(SocketOrigin origin, String reason) {
      this.origin = origin;
      this.reason = reason;
    }

    void add(InetSocketAddress address) {
      count++;
      if (addresses.size() < MOST_ADDRESSES) {
        String text = address.toString();
        addresses.add(SocketOrigin.shown(text.startsWith("/") ? text.substring(1) : text));
      }
    }

    UnmeshedSocket told(boolean listens) {
      return new UnmeshedSocket(
          listens, List.copyOf(addresses), origin.library(), reason, count, origin.frames());
    }
  }

  /**
   * @param unmeshedPorts that an operator has named as such
   * @param clock monotonic nanoseconds
   */
  Unmeshed(Set<Integer> unmeshedPorts, Scheduler scheduler, LongSupplier clock) {
    this.unmeshedPorts = unmeshedPorts;
    this.scheduler = scheduler;
    this.clock = clock;
    this.second = clock.getAsLong();
  }

  /**
   * Says which adapters are woven.
   *
   * @param adapters whether the one of this name is
   */
  synchronized void knows(Predicate<String> adapters) {
    woven = adapters;
  }

  /** Who is told of changes: soon of new kinds, later of counts. */
  void onChange(Runnable action) {
    synchronized (this) {
      changed = action;
    }
    action.run();
  }

  /**
   * The application connects, on the current thread.
   *
   * @param standing asked where the mesh does not carry the connection
   */
  void connecting(
      InetSocketAddress remote, Plan plan, Function<InetSocketAddress, Standing> standing) {
    try {
      boolean refused =
          plan instanceof Plan.Refuse refuse && refuse.reason().startsWith(EgressGuard.REASON);
      if (refused || plan instanceof Plan.Plain) {
        beside(remote, refused ? Standing.REFUSED : standing.apply(remote));
      }
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("unmeshed", e);
    }
  }

  private void beside(InetSocketAddress remote, Standing standing) {
    if (!mayLook()) {
      leave(standing != Standing.KNOWN);
      return;
    }
    SocketOrigin origin = SocketOrigin.here();
    String adapter = origin.adapter();
    synchronized (this) {
      if (standing == Standing.KNOWN && adapter != null && woven.test(adapter)) {
        return; // its requests were asked about
      }
      String reason = reason(standing);
      String kind = String.join("\n", about(remote), reason, origin.library(), frames(origin));
      Seen seen = connections.get(kind);
      boolean isNew = seen == null;
      if (seen == null) {
        if (connections.size() >= MOST) {
          leftOff++;
          changes(LATER);
          return;
        }
        seen = new Seen(origin, reason);
        connections.put(kind, seen);
      }
      seen.add(remote);
      changes(isNew ? SOON : LATER);
    }
  }

  private static String frames(SocketOrigin origin) {
    return String.join("\n", origin.frames());
  }

  private static String reason(Standing standing) {
    return switch (standing) {
      case KNOWN -> NO_LIBRARY;
      case STRANGER -> UNKNOWN;
      case REPORTED -> UNKNOWN + ", would be refused";
      case REFUSED -> UNKNOWN + ", refused";
    };
  }

  /** Where about an address is. */
  static String about(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    if (address == null) {
      return "unresolved";
    }
    if (address.isLoopbackAddress()) {
      return "loopback";
    }
    if (address.isLinkLocalAddress()) {
      return "link-local";
    }
    boolean unique = address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
    return unique || address.isSiteLocalAddress() ? "private" : "public";
  }

  private synchronized boolean mayLook() {
    long now = clock.getAsLong();
    if (now - second >= SECOND) {
      second = now;
      looked = 0;
    }
    return looked++ < LOOKS;
  }

  private synchronized void leave(boolean isBeside) {
    if (isBeside) {
      leftOff++;
      changes(LATER);
    }
  }

  /** The application begins to listen, on the current thread, by whatever library. */
  void listening(InetSocketAddress local) {
    try {
      SocketOrigin origin = SocketOrigin.here();
      synchronized (this) {
        int port = local.getPort();
        boolean named = unmeshedPorts.contains(port);
        if (!named && served.contains(port)) {
          return;
        }
        if (listeners.size() >= MOST) {
          leftOff++;
          changes(LATER);
          return;
        }
        Seen seen = new Seen(origin, named ? "weft.unmeshed.ports" : NO_LIBRARY);
        seen.add(local);
        listeners.put(port, seen);
        changes(SOON);
      }
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("unmeshed", e);
    }
  }

  /** A woven library serves what arrives at this port. */
  synchronized void served(int port) {
    if (served.size() < MOST_SERVED) {
      served.add(port);
    }
    if (!unmeshedPorts.contains(port) && listeners.remove(port) != null) {
      changes(SOON);
    }
  }

  /** The application does not listen there any more. */
  synchronized void listeningEnded(InetSocketAddress local) {
    int port = local.getPort();
    if (listeners.remove(port) != null) {
      changes(SOON);
    }
  }

  private synchronized void unserved(int port) {
    served.remove(port);
  }

  /** Called with the lock held. */
  private void changes(Duration delay) {
    boolean isSoon = delay.equals(SOON);
    if (tellsSoon || (!isSoon && tellsLater)) {
      return;
    }
    tellsSoon |= isSoon;
    tellsLater |= !isSoon;
    scheduler.after(delay, isSoon ? this::tellSoon : this::tellLater);
  }

  private void tellSoon() {
    Runnable action;
    synchronized (this) {
      tellsSoon = false;
      action = changed;
    }
    action.run();
  }

  private void tellLater() {
    Runnable action;
    synchronized (this) {
      tellsLater = false;
      action = changed;
    }
    action.run();
  }

  /** Listeners first, by their ports; connections in the order in which they were met. */
  synchronized List<UnmeshedSocket> sockets() {
    List<UnmeshedSocket> all = new ArrayList<>();
    new TreeMap<>(listeners).values().forEach(seen -> all.add(seen.told(true)));
    connections.values().forEach(seen -> all.add(seen.told(false)));
    return all;
  }

  /** Sockets for which there was no room, or no time to see whose they are. */
  synchronized long leftOff() {
    return leftOff;
  }

  /** Tells this of what woven libraries serve, and then whoever else wants to know. */
  Listeners before(Listeners next) {
    return new Listeners() {
      @Override
      public void listening(InetSocketAddress local, String library) {
        if (!library.equals(Mesh.TCP)) {
          served(local.getPort());
        }
        next.listening(local, library);
      }

      @Override
      public void closed(InetSocketAddress local) {
        unserved(local.getPort());
        next.closed(local);
      }
    };
  }
}
