package dev.weft.engine.wire;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections in plaintext by who makes them, {@link #MOST} callers at the most. One of
 * mutual TLS costs nothing here; one in plaintext a look-up, and what follows on it nothing.
 *
 * <p>Where each request is asked about, the first one counts its connection, unless it asks for
 * this workload's health. Elsewhere the connection counts as soon as its client says anything: one
 * that says nothing only looks whether somebody listens.
 */
final class PlaintextCallers {

  static final int MOST = 128;

  private static final Comparator<PlaintextReport.Caller> ORDER =
      Comparator.comparing(PlaintextReport.Caller::port)
          .thenComparing(caller -> caller.peer().getHostAddress())
          .thenComparing(PlaintextReport.Caller::ownTls);

  private final Entrance entrance;
  private final LongSupplier clock;

  // Guarded by this.
  private final Map<Key, Caller> callers = new HashMap<>();
  private Caller others = new Caller(); // for whom there is no room
  private long since;

  private record Key(int port, InetAddress peer, boolean ownTls) {}

  /** One that was met; guarded by the whole. */
  static final class Caller {
    private long connections;
    private int open;
    private long last;

    private boolean isOlder(long now, Duration window) {
      return open == 0 && now - last > window.toNanos();
    }
  }

  /**
   * @param entrance tells what is let in by leave alone
   * @param clock monotonic nanoseconds
   */
  PlaintextCallers(Entrance entrance, LongSupplier clock) {
    this.entrance = entrance;
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /** A connection is open. */
  void opened(Link link) {
    if (isUncounted(link)
        && !link.connection().outbound()
        && link.isJudged()
        && link.isHeard()
        && entrance.isLenient(link.connection().local().getPort(), link)) {
      count(link);
    }
  }

  /**
   * A request is let in.
   *
   * @param link null: not known; it counts as a connection then
   */
  void asked(Peer peer, @Nullable Link link) {
    if (link != null && !isUncounted(link)) {
      return;
    }
    InetSocketAddress local = peer.local();
    InetSocketAddress remote = peer.remote();
    if (local == null || remote == null || !entrance.isLenient(local.getPort(), link)) {
      return;
    }
    if (link != null) {
      count(link);
    } else if (remote.getAddress() != null) {
      count(local.getPort(), remote.getAddress());
    }
  }

  /** A connection has been closed, whether it was counted or not. */
  void closed(Link link) {
    if (link.principal() == null && !link.connection().outbound()) {
      opened(link); // it may have been silent until now
      left(link);
    }
  }

  private static boolean isUncounted(Link link) {
    return link.principal() == null && link.caller() == null;
  }

  private synchronized void count(Link link) {
    if (link.caller() != null) {
      return;
    }
    Connection connection = link.connection();
    Hello hello = connection.hello();
    boolean ownTls = hello != null && hello.kind() == Hello.Kind.TLS;
    Caller caller =
        met(new Key(connection.local().getPort(), connection.remote().getAddress(), ownTls));
    link.calledBy(caller);
    if (!link.isOver()) {
      caller.open++;
    }
  }

  private synchronized void count(int port, InetAddress peer) {
    met(new Key(port, peer, false));
  }

  private synchronized void left(Link link) {
    Caller caller = link.caller();
    if (caller != null && !link.isOver()) {
      caller.open--;
      caller.last = clock.getAsLong();
    }
    link.over();
  }

  private Caller met(Key key) {
    Caller known = callers.get(key);
    Caller caller = known == null && callers.size() >= MOST ? others : known;
    if (caller == null) {
      caller = new Caller();
      callers.put(key, caller);
    }
    caller.connections++;
    caller.last = clock.getAsLong();
    return caller;
  }

  /**
   * Who has called.
   *
   * @param links that are open now
   * @param window those whose last connection was closed longer ago are forgotten
   */
  PlaintextReport report(Collection<Link> links, Duration window) {
    links.forEach(this::opened); // who was silent, or was let in by another rule, until now
    return report(window);
  }

  private synchronized PlaintextReport report(Duration window) {
    long now = clock.getAsLong();
    List<PlaintextReport.Caller> all = new ArrayList<>();
    Iterator<Map.Entry<Key, Caller>> each = callers.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Key, Caller> entry = each.next();
      if (entry.getValue().isOlder(now, window)) {
        forget(entry.getValue());
        each.remove();
      } else {
        all.add(shown(entry.getKey(), entry.getValue()));
      }
    }
    if (others.connections > 0 && others.isOlder(now, window)) {
      forget(others);
      others = new Caller();
    }
    all.sort(ORDER);
    return new PlaintextReport(since, all, others.connections);
  }

  /** Such clocks have no zero, and may wrap. */
  private void forget(Caller caller) {
    if (caller.last - since > 0) {
      since = caller.last;
    }
  }

  private static PlaintextReport.Caller shown(Key key, Caller it) {
    return new PlaintextReport.Caller(
        key.port, key.peer, key.ownTls, it.connections, it.open, it.last);
  }
}
