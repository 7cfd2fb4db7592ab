package dev.weft.engine;

import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Weft;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.extauthz.AuthorizationService;
import dev.weft.engine.limit.RateLimitService;
import dev.weft.engine.routing.Authority;
import dev.weft.engine.tcp.TcpRouter;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.Peers;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.Telemetry;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.engine.wire.ConnectionPolicies;
import dev.weft.engine.wire.MeshWire;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The mesh: decides, and leaves all doing to the adapters. It has no thread and performs no I/O;
 * time, chance, timers, configuration and telemetry are given to it. Made by {@link #builder}.
 */
public final class Engine implements Mesh {

  /** How much early a timer may be and still count as run out. */
  static final long EARLY_NANOS = Duration.ofMillis(5).toNanos();

  final EngineSettings settings;
  final ConfigSource source;
  final Telemetry telemetry;
  final Audit audit;
  final @Nullable MeshWire wire;
  final Mirrors mirrors;
  final RateLimitService rateLimits;
  final AuthorizationService providers;
  final LongSupplier clock;
  private final InstantSource time;
  final RandomGenerator random;
  final Tracing tracing;
  final Peers peers;
  final Subscriptions subscriptions;
  final InboundAdmission admission;
  final Outsiders outsiders;
  final Chain chain;
  private final Scheduler scheduler;
  private final Listeners listeners;
  private final Authorities authorities = new Authorities();
  private final long startDeadline;
  private final LongAdder outbound = new LongAdder();
  private final LongAdder inbound = new LongAdder();
  private volatile Plan plan;
  private volatile boolean draining;

  Engine(EngineBuilder parts) {
    this.settings = parts.settings;
    this.source = parts.source;
    this.telemetry = parts.telemetry;
    this.audit = parts.audit;
    this.wire = parts.wire;
    this.mirrors = parts.mirrors;
    this.rateLimits = parts.rateLimits;
    this.providers = parts.providers;
    this.clock = parts.clock;
    this.time = parts.time;
    this.random = parts.random;
    this.scheduler = parts.scheduler;
    this.listeners = parts.listeners;
    this.startDeadline = clock.getAsLong() + settings.startTimeout().toNanos();
    this.plan = Plan.empty(settings);
    this.tracing = new Tracing(settings.sampler(), random);
    this.peers = new Peers(telemetry);
    this.subscriptions = new Subscriptions(source, telemetry);
    this.admission = new InboundAdmission(this);
    this.outsiders = new Outsiders(settings.local().address());
    this.chain = new Chain(this);
  }

  /** What an engine is made of: settings and where configuration comes from, at least. */
  public static EngineBuilder builder(EngineSettings settings, ConfigSource source) {
    return new EngineBuilder(settings, source);
  }

  /**
   * Puts new configuration in force for every call that begins from now on. Before anyone is told
   * that it has arrived (see {@link ConfigSource}).
   *
   * @throws IllegalArgumentException when it cannot be enforced; the one before stays
   */
  public synchronized void update(Snapshot snapshot) {
    Plan next =
        plan.next(
            snapshot,
            settings,
            random,
            clock,
            time,
            () -> telemetry.happened(Telemetry.Event.RATE_LIMIT_FORGOTTEN));
    if (wire != null) {
      // First: no request may go to an endpoint of which it is not known who must be there.
      wire.update(snapshot.identities(), snapshot.inbound());
      wire.update(snapshot.clusters());
      if (next.authorizer() != null) {
        wire.update(new ConnectionPolicies(next.authorizer(), audit));
      }
      if (snapshot.hosts() != null) {
        wire.route(router(snapshot, snapshot.hosts(), next));
        wire.guard(snapshot.hosts(), snapshot.clusters());
      }
    }
    plan = next;
  }

  private TcpRouter router(Snapshot snapshot, HostTable hosts, Plan next) {
    TcpRouter.Surroundings surroundings =
        new TcpRouter.Surroundings(hosts.others(), random, settings.local().address());
    return new TcpRouter(snapshot.tcp(), next.balancers(), surroundings);
  }

  Plan plan() {
    return plan;
  }

  /** When decisions stop waiting for the first host table. */
  long startDeadline() {
    return startDeadline;
  }

  long patienceNanos() {
    return settings.startTimeout().toNanos();
  }

  @Override
  public boolean owns(String scheme, String authority) {
    Authority parsed = authorities.of(scheme, authority);
    Plan current = plan;
    return parsed != null && isOurs(current, parsed);
  }

  @Override
  public @Nullable OutboundCall outbound(RequestHead head) {
    Authority authority = authorities.of(head.scheme(), head.authority());
    Plan current = plan;
    if (authority == null) {
      return null;
    }
    if (isOurs(current, authority)) {
      return new OutboundExchange(this, head, authority, current, InboundExchange.current());
    }
    if (current.hosts() == null) {
      telemetry.happened(Telemetry.Event.FAILED_OPEN);
    }
    return null;
  }

  private boolean isOurs(Plan current, Authority authority) {
    return concerns(current, authority) || outsiders.refuses(current, authority);
  }

  // With nothing received, everything may be the mesh's, until the fail mode says otherwise.
  private boolean concerns(Plan current, Authority authority) {
    HostTable hosts = current.hosts();
    if (hosts == null) {
      return settings.failMode() == FailMode.CLOSED || startDeadline - clock.getAsLong() > 0;
    }
    return current.rules().containsKey(authority.name()) || hosts.contains(authority.host());
  }

  /**
   * Requests of a cluster go to an address now.
   *
   * @return why they cannot; null: their connections will find what the cluster wants
   */
  @Nullable String obstacle(Cluster cluster, InetSocketAddress address) {
    if (wire != null) {
      return wire.obstacle(cluster, address);
    }
    return cluster.transport().isEncrypted() ? "no TLS: this process has no join token" : null;
  }

  @Override
  public InboundCall inbound(Peer peer, RequestHead head) {
    InboundExchange call = new InboundExchange(this, peer, head);
    inbound.increment();
    return call;
  }

  @Override
  public Mesh.Cancel after(Duration delay, Runnable task) {
    return scheduler.after(delay, task);
  }

  @Override
  public void listening(InetSocketAddress local, String library) {
    if (wire != null) {
      wire.listening(local, library);
    }
    listeners.listening(local, library);
  }

  @Override
  public void closed(InetSocketAddress local) {
    listeners.closed(local);
  }

  void outboundBegins() {
    outbound.increment();
  }

  void outboundOver(RequestReport report) {
    outbound.decrement();
    report(report);
  }

  void inboundOver(RequestReport report) {
    inbound.decrement();
    report(report);
  }

  // Telemetry fails open: a request is not worth less because it could not be counted.
  private void report(RequestReport report) {
    try {
      telemetry.ended(report);
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("telemetry", e);
    }
  }

  /** From now on, callers are told to take their connections elsewhere. */
  public void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** Requests that have arrived and are not yet over. */
  public long inboundInFlight() {
    return inbound.sum();
  }

  /** Requests of the application that have begun and are not yet over. */
  public long outboundInFlight() {
    return outbound.sum();
  }

  /** Hosts that were subscribed because the application used them. */
  public int subscribed() {
    return subscriptions.size();
  }

  /** Whether all that decisions need was received once: a host table, and what the wire needs. */
  public boolean isConfigured() {
    Plan current = plan;
    return current.hosts() != null
        && current.authorizer() != null
        && (wire == null || wire.isConfigured());
  }
}
