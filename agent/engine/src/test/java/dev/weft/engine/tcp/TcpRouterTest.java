package dev.weft.engine.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.balance.Balancer;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.Limits;
import dev.weft.engine.config.OutboundTrafficPolicy;
import dev.weft.engine.config.OutlierDetection;
import dev.weft.engine.config.OutlierDetection.Ejection;
import dev.weft.engine.config.OutlierDetection.Threshold;
import dev.weft.engine.config.Places;
import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Route;
import dev.weft.engine.config.TcpService.Share;
import dev.weft.engine.config.TcpTable;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.tcp.TcpRouter.Decision;
import dev.weft.engine.telemetry.ResponseFlag;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a connection uses of its cluster, and what it makes known. Endpoints are known by port. */
class TcpRouterTest {

  private static final InetSocketAddress TARGET = InetSocketAddress.createUnresolved("db", 5432);
  private static final Service DB = new Service("db.default.svc.cluster.local", "db", "default");
  private static final Threshold OFF = new Threshold(0, 0);

  private final Random random = new Random(5);
  private final Map<String, Balancer> balancers = new HashMap<>();
  private OutboundTrafficPolicy others = OutboundTrafficPolicy.ALLOW_ANY;
  private long now = Long.MAX_VALUE - 1_000_000;

  private static TrafficPolicy policy(LoadBalancing balancing) {
    return TrafficPolicy.of(balancing, Duration.ofSeconds(3));
  }

  private void cluster(String name, TrafficPolicy policy, int... ports) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int port : ports) {
      InetSocketAddress address = InetSocketAddress.createUnresolved("e", port);
      endpoints.add(new Endpoint(address, 1, Health.HEALTHY, 0, Workload.UNKNOWN));
    }
    Cluster cluster = new Cluster(name, Discovery.ENDPOINTS, policy, DB, endpoints);
    balancers.put(name, new Balancer(cluster, random, () -> now, balancers.get(name)));
  }

  private TcpRouter router(boolean bySource, Share... shares) {
    Route route = new Route(List.of(), List.of(), List.of(shares), bySource);
    return router(List.of(route));
  }

  private TcpRouter router(List<Route> routes) {
    TcpService service = new TcpService(List.of("db"), List.of(), 5432, routes);
    return new TcpRouter(
        new TcpTable(List.of(service), true),
        balancers,
        new TcpRouter.Surroundings(others, random, "10.0.0.5"));
  }

  private static RoutedConnection go(TcpRouter router) {
    Decision decision = router.decide(TARGET);
    assertThat(decision).isInstanceOf(Decision.Go.class);
    return ((Decision.Go) decision).connection();
  }

  private static int port(RoutedConnection connection) {
    return connection.address().getPort();
  }

  private static Decision.Refuse refusal(TcpRouter router) {
    Decision decision = router.decide(TARGET);
    assertThat(decision).isInstanceOf(Decision.Refuse.class);
    return (Decision.Refuse) decision;
  }

  private static Map<Integer, Integer> ports(TcpRouter router, int times) {
    Map<Integer, Integer> ports = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      RoutedConnection connection = go(router);
      ports.merge(port(connection), 1, Integer::sum);
      connection.over();
    }
    return ports;
  }

  @Test
  void whatIsNotKnownGoesWhereTheApplicationWants() {
    cluster("db", policy(LoadBalancing.RANDOM), 1);
    TcpRouter router = router(false, new Share("db", 1));
    assertThat(router.decide(InetSocketAddress.createUnresolved("db", 5433))).isNull();
    assertThat(router.decide(InetSocketAddress.createUnresolved("other", 5432))).isNull();
    assertThat(go(router).destination()).isEqualTo(DB);
    assertThat(go(router).connectTimeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void weightsAreShares() {
    cluster("one", policy(LoadBalancing.RANDOM), 1);
    cluster("two", policy(LoadBalancing.RANDOM), 2);
    TcpRouter router = router(false, new Share("one", 80), new Share("two", 20));
    // Four standard deviations of 10,000 draws: 160.
    assertThat(ports(router, 10_000).get(1)).isBetween(7_840, 8_160);
  }

  @Test
  void ruleWithoutRoomRefusesWhereOnlyTheRegistryIsAllowed() {
    Route elsewhere =
        new Route(List.of(), List.of("else.where"), List.of(new Share("x", 1)), false);
    assertThat(router(List.of(elsewhere)).decide(TARGET)).isNull();
    others = OutboundTrafficPolicy.registryOnly(Set.of(), Places.NONE);
    assertThat(refusal(router(List.of(elsewhere))).flag()).isEqualTo(ResponseFlag.NO_ROUTE);
  }

  @Test
  void nobodyIsReachedWhereNobodyIs() {
    assertThat(refusal(router(false, new Share("gone", 1))).flag())
        .isEqualTo(ResponseFlag.NO_CLUSTER);
    cluster("empty", policy(LoadBalancing.RANDOM));
    Decision.Refuse refusal = refusal(router(false, new Share("empty", 1)));
    assertThat(refusal.flag()).isEqualTo(ResponseFlag.NO_HEALTHY_UPSTREAM);
    assertThat(refusal.destination()).isEqualTo(DB);
    assertThat(refusal.reason()).isEqualTo("no healthy upstream: empty");
  }

  @Test
  void connectionsThatAreOpenAreLoad() {
    cluster("db", policy(LoadBalancing.LEAST_REQUEST), 1, 2);
    TcpRouter router = router(false, new Share("db", 1));
    List<RoutedConnection> open = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      open.add(go(router));
    }
    long first = open.stream().filter(it -> port(it) == 1).count();
    assertThat(first).isBetween(40L, 60L); // two choices keep both nearly even
    open.stream().filter(it -> port(it) == 1).forEach(RoutedConnection::over);
    Map<Integer, Integer> ports = ports(router, 100);
    assertThat(ports.getOrDefault(1, 0)).isGreaterThan(60); // the idle one, where it is drawn
    open.stream().filter(it -> port(it) == 2).forEach(RoutedConnection::over);
    assertThat(balancers.get("db").active(InetSocketAddress.createUnresolved("e", 2))).isZero();
  }

  @Test
  void roundRobinTakesTurns() {
    cluster("db", policy(LoadBalancing.ROUND_ROBIN), 1, 2, 3);
    assertThat(ports(router(false, new Share("db", 1)), 300))
        .isEqualTo(Map.of(1, 100, 2, 100, 3, 100));
  }

  @Test
  void oneCallerKeepsItsEndpointWhereItsAddressIsHashed() {
    cluster("db", policy(LoadBalancing.RING_HASH), 1, 2, 3, 4, 5);
    assertThat(ports(router(true, new Share("db", 1)), 50)).hasSize(1);
    assertThat(ports(router(false, new Share("db", 1)), 500)).hasSize(5);
  }

  @Test
  void tooManyConnectionsAreRefusedUntilOneIsOver() {
    Limits two = new Limits(2, 1, 1, 1, null); // one request at a time is of no concern
    cluster("db", policy(LoadBalancing.RANDOM).withLimits(two), 1);
    TcpRouter router = router(false, new Share("db", 1));
    RoutedConnection first = go(router);
    go(router);
    Decision.Refuse refusal = refusal(router);
    assertThat(refusal.flag()).isEqualTo(ResponseFlag.UPSTREAM_OVERFLOW);
    assertThat(refusal.reason()).isEqualTo("overflow: db");
    first.over();
    go(router);
    assertThat(refusal(router).flag()).isEqualTo(ResponseFlag.UPSTREAM_OVERFLOW);
    // What is open stays open under a new limit, and counts.
    cluster("db", policy(LoadBalancing.RANDOM).withLimits(Limits.NONE), 1);
    assertThat(port(go(router(false, new Share("db", 1))))).isEqualTo(1);
  }

  @Test
  void whereTheApplicationChoosesTheAddressOnlyLimitsHold() {
    Limits one = new Limits(1, 1, 1, 1, null);
    Cluster cluster =
        new Cluster(
            "db", Discovery.ORIGINAL, policy(LoadBalancing.RANDOM).withLimits(one), DB, List.of());
    balancers.put("db", new Balancer(cluster, random, () -> now, null));
    TcpRouter router = router(false, new Share("db", 1));
    RoutedConnection connection = go(router);
    assertThat(connection.address()).isEqualTo(TARGET);
    assertThat(refusal(router).flag()).isEqualTo(ResponseFlag.UPSTREAM_OVERFLOW);
    connection.opened();
    connection.over();
    assertThat(go(router).destination()).isEqualTo(DB);
  }

  private static OutlierDetection detection(Threshold responses, Threshold local) {
    return new OutlierDetection(
        responses,
        OFF,
        local,
        !local.equals(OFF),
        Duration.ofSeconds(10),
        new Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), Duration.ZERO),
        100,
        false,
        Set.of());
  }

  private void ejects(OutlierDetection detection) {
    cluster("db", policy(LoadBalancing.ROUND_ROBIN).withOutliers(detection), 1, 2);
    TcpRouter router = router(false, new Share("db", 1));
    fail(router, 2);
    RoutedConnection well = to(router, 2);
    well.opened();
    well.over();
    fail(router, 2); // not in a row with those before
    assertThat(ports(router, 10)).hasSize(2);
    fail(router, 1);
    assertThat(ports(router, 10)).isEqualTo(Map.of(1, 10));
    now += Duration.ofSeconds(40).toNanos();
    assertThat(ports(router, 10)).hasSize(2);
  }

  private static void fail(TcpRouter router, int times) {
    for (int i = 0; i < times; i++) {
      RoutedConnection connection = to(router, 2);
      connection.failed();
      connection.over();
    }
  }

  private static RoutedConnection to(TcpRouter router, int port) {
    for (int i = 0; i < 10; i++) {
      RoutedConnection connection = go(router);
      if (port(connection) == port) {
        return connection;
      }
      connection.over();
    }
    throw new AssertionError("never picked: " + port);
  }

  @Test
  void endpointsThatAreNotReachedAreEjectedForAWhile() {
    ejects(detection(new Threshold(3, 100), OFF));
  }

  @Test
  void likewiseWhereLocalFailuresAreCountedApart() {
    ejects(detection(OFF, new Threshold(3, 100)));
  }
}
