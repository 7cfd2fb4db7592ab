package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Passage;
import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.Limits;
import dev.weft.engine.config.OutboundTrafficPolicy;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Route;
import dev.weft.engine.config.TcpService.Share;
import dev.weft.engine.config.TcpTable;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.tcp.TcpRouter;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.TcpReport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections that are routed, and what is told of them. */
class RoutedWireTest {

  private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/shop");
  private static final SpiffeId DB = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/db");
  private static final SpiffeId THIEF = SpiffeId.parse("spiffe://cluster.local/ns/x/sa/thief");
  private static final Service SERVICE = new Service("db.default.svc", "db", "default");
  private static final InetSocketAddress ASKED = InetSocketAddress.createUnresolved("db", 5432);
  private static final InetSocketAddress ENDPOINT = FakeConnection.address(7, 9080);
  private static final Plan TLS = new Plan.Plain();

  private final MeshWire wire =
      new MeshWire(
          new WireSettings(FailMode.CLOSED, Set.of(), Set.of(), Set.of()),
          (delay, task) -> () -> {},
          () -> 0);
  private @Nullable SpiffeId expected;

  RoutedWireTest() {
    wire.use(
        new TlsEnds() {
          @Override
          public Plan client(SpiffeId peer, InetSocketAddress remote) {
            expected = peer;
            assertThat(remote).isEqualTo(ENDPOINT);
            return TLS;
          }

          @Override
          public Plan server(Predicate<SpiffeId> trusted) {
            throw new AssertionError("nobody connects");
          }

          @Override
          public SpiffeId self() {
            return SELF;
          }
        });
    knows(Map.of(DB, List.of(ENDPOINT)));
  }

  private void knows(Map<SpiffeId, List<InetSocketAddress>> identities) {
    wire.update(
        IdentityTable.of(identities),
        new InboundSecurity(Mode.PERMISSIVE, Map.of(), Set.of("cluster.local")));
  }

  /** To one endpoint, by one connection at a time. */
  private void routes(String cluster, boolean settled) {
    TrafficPolicy one =
        TrafficPolicy.of(LoadBalancing.RANDOM, Duration.ofSeconds(2))
            .withLimits(new Limits(1, 1, 1, 1, null));
    Endpoint endpoint = new Endpoint(ENDPOINT, 1, Health.HEALTHY, 0, Workload.UNKNOWN);
    Random random = new Random(1);
    Balancer balancer =
        new Balancer(
            new Cluster("db", Discovery.ENDPOINTS, one, SERVICE, List.of(endpoint)),
            random,
            () -> 0,
            null);
    Route route = new Route(List.of(), List.of(), List.of(new Share(cluster, 1)), false);
    TcpService service = new TcpService(List.of("db"), List.of(), 5432, List.of(route));
    wire.route(
        new TcpRouter(
            new TcpTable(List.of(service), settled),
            Map.of("db", balancer),
            new TcpRouter.Surroundings(OutboundTrafficPolicy.ALLOW_ANY, random, null)));
  }

  private Passage passage() {
    Plan plan = wire.connecting(ASKED);
    assertThat(plan).isInstanceOf(Plan.Routed.class);
    Plan.Routed routed = (Plan.Routed) plan;
    assertThat(routed.remote()).isEqualTo(ENDPOINT);
    assertThat(routed.plan()).isSameAs(TLS);
    return routed.passage();
  }

  private String refusal() {
    Plan plan = wire.connecting(ASKED);
    assertThat(plan).isInstanceOf(Plan.Refuse.class);
    return ((Plan.Refuse) plan).reason();
  }

  private static TcpReport failed(Service service, ResponseFlag... flags) {
    int bits = 0;
    for (ResponseFlag flag : flags) {
      bits |= flag.bit();
    }
    return new TcpReport(Side.SOURCE, null, null, service, bits, 1, 1, 0, 0);
  }

  @Test
  void theOtherEndMustBeWhoeverIsAtTheEndpoint() {
    routes("db", true);
    assertThat(passage().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(expected).isEqualTo(DB);
  }

  @Test
  void whatGoesOverItIsToldOfTheService() {
    routes("db", true);
    FakeConnection connection = FakeConnection.outbound(ENDPOINT, DB.toString());
    connection.passage = passage();
    wire.opened(connection);
    connection.sent = 10;
    connection.received = 20;
    wire.closed(connection);
    connection.passage.over(true);
    assertThat(wire.tcp())
        .containsExactly(new TcpReport(Side.SOURCE, SELF, DB, SERVICE, 0, 1, 1, 20, 10));
    passage(); // the only one that there may be is free again
  }

  @Test
  void whatIsNotMadeIsToldOfWithItsReason() {
    routes("db", true);
    Passage only = passage();
    assertThat(refusal()).isEqualTo("overflow: db");
    assertThat(wire.tcp()).containsExactly(failed(SERVICE, ResponseFlag.UPSTREAM_OVERFLOW));
    only.over(false);
    assertThat(wire.tcp())
        .containsExactlyInAnyOrder(
            failed(SERVICE, ResponseFlag.UPSTREAM_OVERFLOW),
            failed(
                SERVICE,
                ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
                ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED));
    routes("gone", true);
    assertThat(refusal()).isEqualTo("no cluster: gone");
    assertThat(wire.tcp()).contains(failed(Service.UNKNOWN, ResponseFlag.NO_CLUSTER));
  }

  @Test
  void whereNoTlsCanBeSpokenNothingIsUsedUp() {
    routes("db", true);
    knows(Map.of(DB, List.of(ENDPOINT), THIEF, List.of(ENDPOINT)));
    assertThat(refusal()).startsWith("contested address: ");
    assertThat(refusal()).startsWith("contested address: ");
    knows(Map.of(DB, List.of(ENDPOINT)));
    passage();
  }

  @Test
  void itIsNotConfiguredBeforeAllRoutesAreThere() {
    wire.update(MeshWireTest.NO_POLICIES);
    assertThat(wire.isConfigured()).isTrue();
    routes("db", false);
    assertThat(wire.isConfigured()).isFalse();
    routes("db", true);
    assertThat(wire.isConfigured()).isTrue();
  }
}
