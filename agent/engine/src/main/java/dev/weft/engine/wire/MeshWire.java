package dev.weft.engine.wire;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.KeepAlive;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Wire;
import dev.weft.engine.FailMode;
import dev.weft.engine.Scheduler;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.Transport;
import dev.weft.engine.egress.EgressGuard;
import dev.weft.engine.egress.Standing;
import dev.weft.engine.tcp.RoutedConnection;
import dev.weft.engine.tcp.TcpRouter;
import dev.weft.engine.tcp.TcpRouter.Decision;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.TcpReport;
import dev.weft.engine.wire.Link.Cipher;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides on connections. One table says who must be at an address, one policy what is demanded of
 * callers; both are replaced as a whole while connections are open, and each decision reads them
 * once. No method waits: who has to wait for configuration does so before it asks.
 */
public final class MeshWire implements Wire {

  /**
   * How long a connection that brings requests may stay open once it is forbidden. Each request is
   * refused from the first moment on, with an answer that says why; what else there is on it, an
   * upgraded stream for example, ends with it.
   */
  static final Duration GRACE = Duration.ofSeconds(5);

  static final Plan PLAIN = new Plan.Plain();

  /** What Istio's telemetry calls that which nobody knows. */
  private static final Cluster.Service BLACK_HOLE =
      new Cluster.Service("unknown", "BlackHoleCluster", "unknown");

  private final WireSettings settings;
  private final Scheduler scheduler;
  private final LongSupplier clock;
  private final Links links = new Links();
  private final Entrance entrance;
  private final Counts counts = new Counts();
  private final EgressGuard egress;
  private final PlaintextCallers plaintext;
  private volatile TlsEnds ends = TlsEnds.none("no certificate was received yet");
  private volatile Origination origination = Origination.none("no TLS can be originated here");
  private volatile WireState state = WireState.NOTHING;
  private volatile @Nullable TcpRouter router;
  private volatile KeepAlives keepAlives = KeepAlives.NONE;
  private volatile @Nullable String broken;
  private boolean retiring; // of the monitor

  /**
   * @param clock monotonic nanoseconds
   */
  public MeshWire(WireSettings settings, Scheduler scheduler, LongSupplier clock) {
    this.settings = settings;
    this.scheduler = scheduler;
    this.clock = clock;
    this.entrance = new Entrance(settings, () -> ends);
    this.egress = new EgressGuard(settings.egress(), clock);
    this.plaintext = new PlaintextCallers(entrance, clock);
  }

  /** Speaks TLS with these from now on. */
  public void use(TlsEnds made) {
    if (broken == null) {
      ends = made;
    }
  }

  /** Originates TLS to servers outside of the mesh by this. */
  public void use(Origination made) {
    if (broken == null) {
      origination = made;
    }
  }

  /**
   * This process cannot guard connections: nothing of the mesh is reached, and where mutual TLS is
   * required nothing is served.
   */
  public void breaks(String reason) {
    broken = reason;
    ends = TlsEnds.none("no mutual TLS: " + reason);
    origination = Origination.none("no TLS: " + reason);
  }

  /** Why this process cannot guard connections; null: it can. */
  public @Nullable String broken() {
    return broken;
  }

  /**
   * Connections of this process can pass by the mesh: where mutual TLS is required, nothing is
   * served any more, for a request that is let in says nothing of the others.
   *
   * @param library by which they do
   */
  public synchronized void bypassedBy(String library) {
    entrance.bypassedBy(library);
    enforce();
  }

  /** By what connections can pass the mesh by; null: nothing is known of that. */
  public @Nullable String bypass() {
    return entrance.bypass();
  }

  /** Whether it is known who is where, who may call, and where connections go. */
  public boolean isConfigured() {
    TcpRouter routes = router;
    boolean known = state.table() != null && entrance.isConfigured();
    return known && (routes == null || routes.isSettled());
  }

  /**
   * Puts new tables in force, for connections that are open already, too.
   *
   * @param table null: what was known stays
   * @param inbound null: what was known stays, for a policy is not forgotten
   */
  public synchronized void update(
      @Nullable IdentityTable table, @Nullable InboundSecurity inbound) {
    if (table != null && !state.has(table)) {
      enter(state.with(table));
    }
    if (inbound != null && entrance.demands(inbound)) {
      enforce();
    }
  }

  /** Puts these policies in force, for connections that are open already, too. */
  public synchronized void update(ConnectionPolicies policies) {
    if (entrance.obeys(policies)) {
      enforce();
    }
  }

  /** The application accepts connections there, as {@link Mesh#listening} has it. */
  public void listening(InetSocketAddress local, String library) {
    entrance.listening(local.getPort(), library);
  }

  /**
   * Puts in force what is spoken to clusters.
   *
   * @param clusters by name
   */
  public synchronized void update(Map<String, Cluster> clusters) {
    keepAlives = KeepAlives.of(clusters);
    WireState before = state;
    Transports next = before.transports().next(clusters);
    if (next.isSame(before.transports())) {
      state = before.with(next);
    } else {
      enter(before.with(next));
    }
  }

  /** An open connection that would be made otherwise now ends once nothing goes over it. */
  private void enter(WireState next) {
    state = next;
    if (links.outdate(next)) {
      retireLater();
    }
  }

  /** One after the other: whether something is quiet is asked in intervals. */
  private synchronized void retireLater() {
    if (!retiring) {
      retiring = true;
      scheduler.after(GRACE, this::retire);
    }
  }

  /** Routes connections by this from now on; those that are open stay where they are. */
  public void route(TcpRouter next) {
    router = next;
  }

  /**
   * Connections that nothing routes go to these hosts and clusters, or where the policy lets them.
   */
  public void guard(HostTable hosts, Map<String, Cluster> clusters) {
    egress.update(hosts, clusters);
  }

  private synchronized void retire() {
    retiring = links.retire();
    if (retiring) {
      scheduler.after(GRACE, this::retire);
    }
  }

  /** Ends what the policy forbids now: requests are told why, all else is cut at once. */
  private void enforce() {
    boolean left = false;
    for (Link link : links.all()) {
      String reason = forbids(link);
      if (reason != null && link.carriesRequests()) {
        left = true;
      } else if (reason != null) {
        refuse(link, reason);
      }
    }
    if (left) {
      scheduler.after(GRACE, this::sweep);
    }
  }

  private void sweep() {
    for (Link link : links.all()) {
      String reason = forbids(link);
      if (reason != null) {
        refuse(link, reason);
      }
    }
  }

  private void refuse(Link link, String reason) {
    counts.refused(reason);
    link.connection().refuse(reason);
  }

  /** Why this connection may not be any longer; null: it may. */
  private @Nullable String forbids(Link link) {
    return link.connection().outbound() ? null : entrance.forbids(link, /* opens= */ false);
  }

  // Connections.

  @Override
  public Plan connecting(InetSocketAddress remote) {
    TcpRouter routes = router;
    Decision decision = routes == null ? null : routes.decide(remote);
    if (decision instanceof Decision.Refuse refuse) {
      links.failed(refuse.destination(), refuse.flag().bit());
      return new Plan.Refuse(refuse.reason());
    }
    return decision == null ? unrouted(remote) : routed(((Decision.Go) decision).connection());
  }

  private Plan unrouted(InetSocketAddress remote) {
    Standing standing = egress.standing(remote);
    if (standing == Standing.REFUSED) {
      links.failed(BLACK_HOLE, ResponseFlag.NO_HEALTHY_UPSTREAM.bit());
      return new Plan.Refuse(EgressGuard.refusal(remote));
    }
    if (standing == Standing.REPORTED) {
      counts.reported();
    }
    Plan plan = plan(remote);
    return plan instanceof Plan.Plain
            && settings.failMode() == FailMode.CLOSED
            && !egress.isConfigured()
        ? new Plan.Refuse("no configuration was received: may " + remote + " be reached?")
        : plan;
  }

  /** What the registry and the policy say of where a connection goes that nothing routes. */
  public Standing standing(InetSocketAddress remote) {
    return egress.standing(remote);
  }

  private Plan routed(RoutedConnection connection) {
    MeshPassage passage = new MeshPassage(connection, links);
    Plan plan = null;
    try {
      plan = plan(connection.address());
    } finally {
      if (plan == null || plan instanceof Plan.Refuse) {
        passage.abandon();
      }
    }
    return plan instanceof Plan.Refuse
        ? plan
        : new Plan.Routed(connection.address(), plan, passage);
  }

  private Plan plan(InetSocketAddress remote) {
    Plan plan = new Callers(state, ends, origination).plan(remote);
    if (plan != null) {
      return plan;
    }
    return settings.failMode() == FailMode.OPEN
        ? passed()
        : new Plan.Refuse("no configuration was received: who is at " + remote + "?");
  }

  @Override
  public @Nullable KeepAlive keepAlive(InetSocketAddress remote) {
    return keepAlives.at(remote);
  }

  @Override
  public boolean guards(InetSocketAddress local) {
    return !settings.unmeshed().contains(local.getPort());
  }

  @Override
  public boolean serverFirst(InetSocketAddress local) {
    return settings.serverFirst().contains(local.getPort());
  }

  @Override
  public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
    Plan plan = entrance.plan(local, hello);
    return plan == null ? passed() : plan;
  }

  @Override
  public void opened(Connection connection) {
    Link link = connection.outbound() ? goes(connection) : arrives(connection);
    Link replaced = links.add(link);
    if (replaced != null) {
      plaintext.closed(replaced);
    }
    // Found by the next change from here on; the last one may have come since it was decided.
    if (connection.outbound()) {
      if (Links.outdate(link, state)) {
        retireLater();
      }
      return;
    }
    String reason = entrance.forbids(link, /* opens= */ true);
    if (reason != null) {
      refuse(link, reason);
    } else {
      plaintext.opened(link);
    }
  }

  private Link goes(Connection connection) {
    WireState now = state;
    InetSocketAddress remote = connection.remote();
    Link link = new Link(connection, clock.getAsLong(), now.at(remote));
    link.speaks(now.transports().at(remote));
    if (connection.passage() instanceof MeshPassage passage) {
      passage.opened(link);
    }
    return link;
  }

  private Link arrives(Connection connection) {
    int port = connection.local().getPort();
    boolean own = entrance.isOwnTls(port, connection.hello());
    return new Link(
        connection, own ? Cipher.OWN : Cipher.NONE, clock.getAsLong(), entrance.isOpaque(port));
  }

  @Override
  public void closed(Connection connection) {
    Link link = links.remove(connection);
    if (link != null) {
      plaintext.closed(link);
    }
  }

  @Override
  public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {
    counts.refused(reason);
  }

  private Plan passed() {
    counts.failedOpen();
    return PLAIN;
  }

  // Requests.

  /** The connection by which a request came; null: none that is guarded. */
  public @Nullable Link arrivedBy(Peer peer) {
    InetSocketAddress local = peer.local();
    InetSocketAddress remote = peer.remote();
    Link link = local == null || remote == null ? null : links.find(local, remote);
    if (link != null) {
      link.carriesRequest();
    }
    return link;
  }

  /**
   * Why a request may not be served, by the policy of this moment; null: it may. A request of which
   * the connection is not known counts as plaintext.
   *
   * @param link what {@link #arrivedBy} found
   */
  public @Nullable String forbids(Peer peer, @Nullable Link link) {
    int port = peer.local() == null ? 0 : peer.local().getPort();
    String reason = entrance.forbids(port, link);
    if (reason != null) {
      counts.refused(reason);
    } else {
      plaintext.asked(peer, link);
    }
    return reason;
  }

  /**
   * Whether somebody asks for this workload's health as he may, whoever he is.
   *
   * @param link what {@link #arrivedBy} found
   */
  public boolean isProbe(Peer peer, @Nullable Link link, RequestHead head) {
    InetSocketAddress local = peer.local();
    return local != null && entrance.isProbe(local.getPort(), link, head);
  }

  /** Who is at an address to which a request goes now; null: nobody of the mesh. */
  public @Nullable SpiffeId asking(InetSocketAddress remote) {
    WireState now = state;
    Served served = now.at(remote);
    Transport said = served == null ? null : now.transports().at(remote);
    if (served == null || said == Transport.Plain.PLAINTEXT || said instanceof Transport.Tls) {
      return null;
    }
    served.ask();
    return served.identity();
  }

  /**
   * Requests of a cluster go to an address now.
   *
   * @return why they cannot; null: their connections will find what the cluster wants
   */
  public @Nullable String obstacle(Cluster cluster, InetSocketAddress remote) {
    String reason = broken; // then no hook would turn it into TLS
    if (cluster.transport() == Transport.Plain.AUTO) {
      return reason == null || asking(remote) == null ? null : "no mutual TLS: " + reason;
    }
    if (reason != null && cluster.transport().isEncrypted()) {
      return "no TLS: " + reason;
    }
    return state.transports().choose(cluster, remote)
        ? null
        : "too many addresses under a rule with TLS";
  }

  /** Who we are; null before the first certificate. */
  public @Nullable SpiffeId self() {
    return ends.self();
  }

  // What is told.

  /**
   * Who has called in plaintext.
   *
   * @param window those who have not for longer are forgotten
   */
  public PlaintextReport plaintext(Duration window) {
    return plaintext.report(links.all(), window);
  }

  /** What has gone over connections without requests. */
  public List<TcpReport> tcp() {
    return links.reports(ends.self(), clock.getAsLong());
  }

  /** How many guarded connections are open. */
  public int open() {
    return links.all().size();
  }

  /** Connections and requests that were refused, by the reason's first words. */
  public Map<String, Long> refusals() {
    return counts.refusals();
  }

  /** Connections to what the registry does not know, which were only reported. */
  public long reported() {
    return counts.reportedCount();
  }

  /** Connections that went past the mesh because nothing was known when they had to be decided. */
  public long failedOpen() {
    return counts.failedOpenCount();
  }
}
