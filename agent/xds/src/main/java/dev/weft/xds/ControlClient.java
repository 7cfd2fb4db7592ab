package dev.weft.xds;

import dev.weft.engine.ConfigSource;
import dev.weft.engine.config.Snapshot;
import dev.weft.xds.ads.AdsClient;
import dev.weft.xds.ads.AdsListener;
import dev.weft.xds.decode.TrustBundle;
import dev.weft.xds.http2.Http2Connection;
import dev.weft.xds.proto.CoverageLibrary;
import dev.weft.xds.proto.Plaintext;
import dev.weft.xds.proto.PlaintextCallerMessage;
import dev.weft.xds.proto.Unmeshed;
import dev.weft.xds.proto.UnmeshedSocketMessage;
import dev.weft.xds.workload.Registration;
import dev.weft.xds.workload.RegistrationListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The agent's connection to the control service. Everything happens on threads of its own; no
 * method blocks. While there is no connection, the last good configuration stays in force and
 * another attempt follows, at most {@link ControlSettings.Timing#lastRetry} later.
 */
public final class ControlClient implements ConfigSource, AutoCloseable {

  /** The longest message that a control service may send; a longer one ends the connection. */
  static final int MOST_MESSAGE_BYTES = 64 * 1024 * 1024;

  private final ControlSettings settings;
  private final ControlLog log;
  private final Consumer<Snapshot> sink;
  private final Consumer<TrustBundle> trust;
  private final Health health = new Health();
  private final AgentLoop loop;
  private final ControlLink link;
  private final AdsClient ads;
  private final Registration registration;
  private final ConcurrentHashMap<String, CompletableFuture<Void>> subscriptions =
      new ConcurrentHashMap<>();

  /**
   * Where a client acts on.
   *
   * @param sink takes each new snapshot, one after the other, on one thread of the agent
   * @param trust takes whom the mesh believes, on that thread, where this process has an identity
   * @param worker completes what {@link #subscribe} and {@link #ready} returned: its threads run
   *     the application's code, so they must not be marked as the agent's
   */
  public record Surroundings(
      Consumer<Snapshot> sink, Consumer<TrustBundle> trust, Executor worker, ControlLog log) {}

  private ControlClient(
      ControlSettings settings, Surroundings surroundings, ChannelFactory channels) {
    this.settings = settings;
    this.log = surroundings.log();
    this.sink = surroundings.sink();
    this.trust = surroundings.trust();
    ControlSettings.Workload workload = settings.workload();
    ControlSettings.Timing timing = settings.timing();
    SplittableRandom random = new SplittableRandom();
    this.loop = new AgentLoop(log);
    this.ads =
        new AdsClient(
            loop,
            surroundings.worker(),
            new Discovery(),
            Identity.node(workload),
            new AdsClient.Wants(
                workload.namespace(),
                workload.selected(),
                settings.identified() ? workload.selected() : null));
    Backoff again = new Backoff(timing.lastRetry(), timing.lastRetry(), random);
    this.registration =
        new Registration(loop, new Enrolment(), () -> Identity.hello(workload), again::next);
    Backoff backoff = new Backoff(timing.firstRetry(), timing.lastRetry(), random);
    this.link = new ControlLink(loop, settings, channels, backoff, new Connections());
  }

  /** Starts to connect; returns at once. */
  public static ControlClient start(
      ControlSettings settings, Surroundings surroundings, ChannelFactory channels) {
    ControlClient client = new ControlClient(settings, surroundings, channels);
    client.loop.execute(client.link::connect);
    return client;
  }

  @Override
  public CompletionStage<Void> subscribe(String authority) {
    CompletableFuture<Void> known = subscriptions.get(authority);
    if (known != null) {
      return known;
    }
    CompletableFuture<Void> made = new CompletableFuture<>();
    CompletableFuture<Void> first = subscriptions.putIfAbsent(authority, made);
    if (first != null) {
      return first;
    }
    loop.execute(() -> ads.subscribe(authority, made));
    return made;
  }

  @Override
  public CompletionStage<Void> ready() {
    return ads.ready();
  }

  /** The application listens here; told to the control service now and after every reconnection. */
  public void listening(InetSocketAddress local, String library) {
    String bound =
        local.getAddress().isAnyLocalAddress() ? "" : local.getAddress().getHostAddress();
    loop.execute(() -> registration.listening(local.getPort(), bound, library));
  }

  /** The application no longer listens on this port. */
  public void closed(int port) {
    loop.execute(
        () -> {
          health.closedPort(port);
          registration.closed(port);
        });
  }

  /** Which libraries were woven, and which could not be; replaces what was said before. */
  public void coverage(List<Library> libraries) {
    List<CoverageLibrary> woven =
        libraries.stream()
            .map(
                each ->
                    new CoverageLibrary()
                        .name(each.name())
                        .version(each.version())
                        .problem(each.problem()))
            .toList();
    loop.execute(() -> registration.coverage(woven));
  }

  /**
   * Which sockets the mesh does not carry; replaces what was said before.
   *
   * @param leftOff how many sockets are of kinds that are not among these
   */
  public void unmeshed(List<UnmeshedSocket> sockets, long leftOff) {
    Unmeshed all =
        new Unmeshed().sockets(sockets.stream().map(ControlClient::told).toList()).leftOff(leftOff);
    loop.execute(() -> registration.unmeshed(all));
  }

  private static UnmeshedSocketMessage told(UnmeshedSocket socket) {
    return new UnmeshedSocketMessage()
        .listens(socket.listens())
        .addresses(socket.addresses())
        .library(socket.library())
        .reason(socket.reason())
        .count(socket.count())
        .frames(socket.frames());
  }

  /** Who has called in plaintext; replaces what was said before. */
  public void plaintext(PlaintextCallers callers) {
    Plaintext all =
        new Plaintext()
            .since(callers.since().toEpochMilli())
            .callers(callers.callers().stream().map(ControlClient::told).toList())
            .leftOff(callers.leftOff());
    loop.execute(() -> registration.plaintext(all));
  }

  private static PlaintextCallerMessage told(PlaintextCallers.Caller caller) {
    return new PlaintextCallerMessage()
        .address(caller.address())
        .port(caller.port())
        .ownTls(caller.ownTls())
        .connections(caller.connections())
        .open(caller.open())
        .last(caller.last().toEpochMilli());
  }

  /**
   * Takes this workload out of every service, for good. Discovery goes on, because requests in
   * flight still need it.
   *
   * @return completes when no connected agent will be told of this workload any more, or when the
   *     control service cannot be reached; not bounded in time
   */
  public CompletionStage<Void> withdraw() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> registration.withdraw(done));
    return done;
  }

  /** How things stand; from any thread. */
  public ControlStatus status() {
    return health.status(subscriptions.size(), loop.now());
  }

  /** Ends the connection; the last snapshot stays with whoever has it. */
  @Override
  public void close() {
    loop.execute(
        () -> {
          link.close();
          ads.stop();
          registration.stop();
          loop.close();
        });
  }

  private final class Connections implements ControlLink.Listener {

    @Override
    public void connected(Http2Connection over) {
      ads.start(over);
      registration.start(over);
    }

    @Override
    public void lost(String reason, Duration retry) {
      ads.stop();
      registration.stop();
      if (health.lost(reason)) {
        log.warn(
            "no control service at "
                + settings.authority()
                + ": "
                + reason
                + "; the last configuration stays, next try in "
                + retry.toMillis()
                + " ms");
      }
    }
  }

  private final class Discovery implements AdsListener {

    @Override
    public void snapshot(Snapshot snapshot) {
      sink.accept(snapshot);
    }

    @Override
    public void trusts(TrustBundle bundle) {
      trust.accept(bundle);
    }

    @Override
    public void answered(String protocol) {
      health.answered(protocol);
      link.answered();
      log.info("connected to the control service at " + settings.authority());
    }

    @Override
    public void received() {
      health.received(loop.now());
    }

    @Override
    public void refused(String reason) {
      if (health.refused(reason)) {
        log.warn("configuration refused, the last good one stays: " + reason);
      }
    }

    @Override
    public void ignored(String field) {
      health.ignored(field);
    }

    @Override
    public void ended(String reason) {
      link.fail(reason);
    }
  }

  private final class Enrolment implements RegistrationListener {

    @Override
    public void registered() {
      health.registered();
    }

    @Override
    public void refused(int port, String reason) {
      if (health.refusedPort(port, reason)) {
        log.warn(
            port == 0
                ? "this workload is not registered: " + reason
                : "port " + port + " is not registered: " + reason);
      }
    }

    @Override
    public void ended(String reason) {
      log.warn("registration interrupted: " + reason);
    }
  }
}
