package dev.weft.control.xds;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.CodedOutputStream;
import dev.weft.control.model.MeshModel;
import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: what it wants, what it has, and what it is still to be told. However often
 * resources change, only their names are kept until the client is ready for them, so a slow client
 * costs no more memory than it has subscriptions.
 *
 * <p>Requests come one at a time from gRPC; changes come from the publisher, which only leaves
 * names; everything is sent from {@link #run}, by one thread at a time.
 */
abstract class AdsStream {

  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final ServerContext context;
  private final Outbox outbox;
  private final Peer peer;
  private final Instant connected;
  private final AtomicReference<@Nullable News> news = new AtomicReference<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  @GuardedBy("this") private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);

  @GuardedBy("this") private @Nullable Client client;

  /** Likewise, for the publisher, which must not wait for a stream. */
  private volatile @Nullable Client settled;

  @GuardedBy("this") private @Nullable Audience audience;

  /** What it is told is read from this one; null before its first request. */
  @GuardedBy("this") private @Nullable Catalog catalog;

  /** What it has come to want, and no update is sure to tell it of. */
  @GuardedBy("this") private final Set<ResourceKey> joined = new HashSet<>();

  /** The last update that may not know of something it has {@link #joined}. */
  @GuardedBy("this") private long unaware;

  @GuardedBy("this") private int names;

  @GuardedBy("this") private long nonces;

  @GuardedBy("this") private boolean closed;

  AdsStream(ServerContext context, Outbox outbox, Peer peer) {
    this.context = context;
    this.outbox = outbox;
    this.peer = peer;
    this.connected = context.clock().instant();
  }

  /**
   * A newer catalog.
   *
   * @param update its number in the audience, rising
   * @param changed everything in it that the stream wants and that is not as before
   */
  private record News(long update, Catalog catalog, Set<ResourceKey> changed) {

    News after(@Nullable News earlier) {
      if (earlier == null || earlier.changed.isEmpty()) {
        return this;
      }
      Set<ResourceKey> both = new HashSet<>(earlier.changed);
      both.addAll(changed);
      return new News(update, catalog, both);
    }
  }

  /** From now on this catalog counts, in which these have changed. From any thread. */
  final void offer(long update, Catalog next, Set<ResourceKey> changed) {
    News offered = new News(update, next, changed);
    news.accumulateAndGet(offered, (earlier, later) -> offered.after(earlier));
    schedule();
  }

  /** Runs soon; calls before it runs are one run. From any thread. */
  final void schedule() {
    if (!scheduled.compareAndSet(false, true)) {
      context.counters().coalesced();
      return;
    }
    try {
      context.pushes().execute(this::run);
    } catch (RejectedExecutionException e) {
      // The server is closing, and with it this stream.
      scheduled.set(false);
    }
  }

  private void run() {
    scheduled.set(false);
    boolean idle;
    synchronized (this) {
      Audience mine = audience;
      if (!closed && mine != null) {
        takeNews();
        try {
          push(mine);
        } catch (RuntimeException e) {
          // A fault of ours must not leave the client waiting on a stream that looks alive.
          context.log().log(System.Logger.Level.ERROR, "stream " + id + " failed", e);
          fail(Status.INTERNAL.withDescription("the control service failed: " + e));
        }
      }
      idle = closed || isIdle();
    }
    if (idle) {
      context.publisher().idle(this);
    }
  }

  @GuardedBy("this") private void takeNews() {
    News newest = news.getAndSet(null);
    if (newest == null) {
      return;
    }
    catalog = newest.catalog;
    boolean any = false;
    for (Set<ResourceKey> keys : List.of(newest.changed, joined)) {
      for (ResourceKey key : keys) {
        Subscription subscription = subscriptions.get(key.type());
        if (subscription != null && subscription.wants(key.name())) {
          subscription.changed(key.name(), newest.catalog);
          any = true;
        }
      }
    }
    if (newest.update >= unaware) {
      joined.clear();
    }
    if (any) {
      noticed();
    }
  }

  /** Something that is wanted may have changed. */
  @GuardedBy("this")
  void noticed() {}

  /** Sends what is due, as far as the client is ready for it. */
  @GuardedBy("this") abstract void push(Audience audience);

  @GuardedBy("this") private boolean isIdle() {
    return news.get() == null
        && subscriptions.values().stream().noneMatch(it -> it.hasUnsent() || it.unanswered != null);
  }

  /** The client has gone, or the server ends it. */
  final synchronized void close() {
    if (!closed) {
      closed = true;
      Audience mine = audience;
      if (mine != null) {
        subscriptions.values().forEach(it -> leaveAll(mine, it));
        mine.members().remove(this);
      }
      news.set(null);
      catalog = null;
    }
    schedule();
  }

  /** The client has said all it wanted to say. */
  final synchronized void complete() {
    if (!closed) {
      outbox.complete();
      close();
    }
  }

  private void leaveAll(Audience mine, Subscription subscription) {
    subscription.asked.forEach(name -> mine.leave(new ResourceKey(subscription.type, name), this));
    subscription.implied.forEach(
        name -> mine.leave(new ResourceKey(subscription.type, name), this));
  }

  /** Ends the stream, because of what its client sends. */
  final synchronized void refuse(Status status) {
    fail(status);
  }

  @GuardedBy("this") final void fail(Status status) {
    if (!closed) {
      outbox.fail(status);
      close();
    }
  }

  /** Who asks; empty nodes after the first are filled from it. Null after a failure. */
  @GuardedBy("this") final @Nullable Audience identify(Node node) {
    if (audience == null && !closed) {
      try {
        Client who = Client.of(node, context.publisher().model().settings().defaultNamespace());
        peer.requireNamespace(who);
        client = who;
        settled = who;
        Publisher.Entry entry = context.publisher().enter(this, who);
        audience = entry.audience();
        if (catalog == null) {
          catalog = entry.catalog();
        }
      } catch (IllegalArgumentException e) {
        fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      }
    }
    return audience;
  }

  /** Whether its workload is switched off, where it says that it is or where it connects from. */
  final boolean isOff(Client who, MeshModel model) {
    return model.hasSwitchedOff()
        && Stream.of(who.address(), peer.host())
            .anyMatch(at -> model.isOff(who.caller().namespace(), at, peer.identity()));
  }

  /**
   * Where its workload was switched off or on, it has to come again: what it holds is of another
   * mesh. From the publisher, which must not wait for a stream.
   */
  final void regroup(boolean wasOff, MeshModel model) {
    Client who = settled;
    if (who != null && isOff(who, model) != wasOff) {
      Status moved =
          Status.UNAVAILABLE.withDescription(
              "the workload was switched " + (wasOff ? "on" : "off") + ": connect again");
      try {
        context.pushes().execute(() -> refuse(moved));
      } catch (RejectedExecutionException e) {
        context.log().log(System.Logger.Level.DEBUG, "closing, and with it stream " + id);
      }
    }
  }

  @GuardedBy("this") final boolean takesBundles() {
    return client != null && client.profile().takesBundles();
  }

  @GuardedBy("this") final Map<ResourceType, Subscription> subscriptions() {
    return subscriptions;
  }

  @GuardedBy("this") final Subscription subscription(ResourceType type) {
    return subscriptions.computeIfAbsent(type, Subscription::new);
  }

  /** The newest that this stream has taken. */
  @GuardedBy("this") final Catalog catalog() {
    Catalog mine = catalog;
    if (mine == null) {
      throw new IllegalStateException("no catalog (expected: after the first request)");
    }
    return mine;
  }

  final Outbox outbox() {
    return outbox;
  }

  final ServerContext context() {
    return context;
  }

  /** Adds a name that the client asks for; false where the stream has failed over it. */
  @GuardedBy("this") final boolean ask(Audience mine, Subscription subscription, String name) {
    if (subscription.asked.contains(name)) {
      return true;
    }
    int most = Limits.nameLength(subscription.type);
    if (name.length() > most) {
      fail(
          Status.INVALID_ARGUMENT.withDescription(
              String.format(
                  Locale.ROOT,
                  "resource name of %d characters (expected: at most %d)",
                  name.length(),
                  most)));
      return false;
    }
    if (names == Limits.NAMES_PER_STREAM) {
      fail(
          Status.RESOURCE_EXHAUSTED.withDescription(
              String.format(
                  Locale.ROOT,
                  "more than %d resource names on one stream",
                  Limits.NAMES_PER_STREAM)));
      return false;
    }
    names++;
    subscription.asked.add(name);
    join(mine, new ResourceKey(subscription.type, name));
    return true;
  }

  @GuardedBy("this") final void join(Audience mine, ResourceKey key) {
    unaware = mine.join(key, this);
    joined.add(key);
  }

  @GuardedBy("this") final void leave(Audience mine, ResourceKey key) {
    mine.leave(key, this);
    joined.remove(key);
  }

  @GuardedBy("this") final void forget(Audience mine, Subscription subscription, String name) {
    if (subscription.asked.remove(name)) {
      names--;
      if (!subscription.implied.contains(name)) {
        leave(mine, new ResourceKey(subscription.type, name));
      }
    }
  }

  /**
   * The cluster has changed. Envoy takes it for a new one, which serves nobody until the endpoints
   * are told again, and holds back its answer until then.
   */
  @GuardedBy("this") final void tellEndpointsAgain(String cluster) {
    Subscription endpoints = subscriptions.get(ResourceType.ENDPOINTS);
    if (!takesBundles() && endpoints != null && endpoints.wants(cluster)) {
      endpoints.told.remove(cluster);
      endpoints.dirty.add(cluster);
    }
  }

  /** Notes an acknowledgement or a refusal; false where the nonce is not the last one. */
  @GuardedBy("this") final boolean answered(Subscription subscription, String nonce, @Nullable String refusal) {
    boolean current = subscription.answered(nonce, refusal, context.clock().instant());
    if (current && refusal != null) {
      context.counters().refused(subscription.type);
    }
    return current;
  }

  /** Sends a response whose resources are already in the frame. */
  @GuardedBy("this") final void send(Subscription subscription, Frame frame, Response response) {
    String nonce = Long.toString(++nonces, Character.MAX_RADIX);
    frame.append(
        Encoded.bytes(
            out -> {
              out.writeString(response.versionField, response.version);
              writeTypeAndNonce(out, subscription.type, nonce);
            }));
    subscription.sent(
        new Subscription.Unanswered(
            nonce, response.version, response.names, context.clock().instant()));
    context.counters().sent(subscription.type, frame.length());
    outbox.send(frame);
  }

  private static void writeTypeAndNonce(CodedOutputStream out, ResourceType type, String nonce)
      throws IOException {
    // Fields 4 and 5 of both kinds of response.
    out.writeString(4, type.url());
    out.writeString(5, nonce);
  }

  /**
   * What there is to a response besides its resources.
   *
   * @param versionField the field number of the version in this kind of response
   * @param names of what it adds, changes and removes
   */
  record Response(int versionField, String version, List<String> names) {}

  /** How far this client is; null before its first request. */
  final synchronized @Nullable ClientStatus status() {
    return client == null || closed
        ? null
        : ClientStatus.of(
            new ClientStatus.Connection(id, peer.address(), peer.identity(), connected),
            client,
            subscriptions.values());
  }
}
