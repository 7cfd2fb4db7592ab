package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.weft.bridge.KeepAlive;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.HashPolicy;
import dev.weft.engine.config.Limits;
import dev.weft.engine.config.OutlierDetection.Ejection;
import dev.weft.engine.config.OutlierDetection.Threshold;
import dev.weft.engine.config.Route.Action;
import dev.weft.engine.config.SlowStart;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.TrafficPolicy.Availability;
import dev.weft.engine.config.TrafficPolicy.Hashing;
import dev.weft.xds.wire.IgnoredFields;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LeastRequestLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.MaglevLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RoundRobinLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.SlowStartConfig;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.Cookie;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.FilterState;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.Header;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.QueryParameter;
import io.envoyproxy.envoy.type.v3.Percent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What steers the choice of endpoints, from Envoy's messages to the engine's records. */
class BalancingDecodeTest {

  private static Cluster.Builder cluster(Cluster.LbPolicy policy) {
    return Cluster.newBuilder().setName("c").setType(Cluster.DiscoveryType.EDS).setLbPolicy(policy);
  }

  private static TrafficPolicy policy(Cluster.Builder cluster) throws Exception {
    return ResourceType.CLUSTERS
        .decode(cluster.build().toByteArray(), IgnoredFields.UNHEARD)
        .cluster()
        .policy();
  }

  @Test
  void rings() throws Exception {
    assertThat(policy(cluster(Cluster.LbPolicy.RING_HASH)).hashing()).isEqualTo(Hashing.DEFAULT);
    RingHashLbConfig.Builder ring =
        RingHashLbConfig.newBuilder()
            .setMinimumRingSize(UInt64Value.of(512))
            .setMaximumRingSize(UInt64Value.of(2048));
    TrafficPolicy policy = policy(cluster(Cluster.LbPolicy.RING_HASH).setRingHashLbConfig(ring));
    assertThat(policy.balancing()).isEqualTo(LoadBalancing.RING_HASH);
    assertThat(policy.hashing()).isEqualTo(new Hashing(512, 2048, 65_537));
  }

  @Test
  void tables() throws Exception {
    TrafficPolicy policy = policy(maglev(251));
    assertThat(policy.balancing()).isEqualTo(LoadBalancing.MAGLEV);
    assertThat(policy.hashing().tableSize()).isEqualTo(251);
  }

  private static Cluster.Builder maglev(long size) {
    return cluster(Cluster.LbPolicy.MAGLEV)
        .setMaglevLbConfig(MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(size)));
  }

  @Test
  void refusesWhatWouldPickOtherEndpoints() {
    RingHashLbConfig.Builder murmur =
        RingHashLbConfig.newBuilder().setHashFunction(RingHashLbConfig.HashFunction.MURMUR_HASH_2);
    assertThatThrownBy(
            () -> policy(cluster(Cluster.LbPolicy.RING_HASH).setRingHashLbConfig(murmur)))
        .hasMessage("ring_hash_lb_config.hash_function: MURMUR_HASH_2 (expected: XX_HASH)");
    assertThatThrownBy(() -> policy(maglev(250)))
        .hasMessage("maglev_lb_config.table_size: 250 (expected: a prime of at most 5000011)");
  }

  @Test
  void availability() throws Exception {
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM)).availability())
        .isEqualTo(new Availability(50, 140, false));
    CommonLbConfig.Builder common =
        CommonLbConfig.newBuilder()
            .setHealthyPanicThreshold(Percent.newBuilder().setValue(40))
            .setLocalityWeightedLbConfig(
                CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM).setCommonLbConfig(common)).availability())
        .isEqualTo(new Availability(40, 140, true));
  }

  @Test
  void outliersAsEnvoyHasThemByDefault() throws Exception {
    Cluster.Builder cluster =
        cluster(Cluster.LbPolicy.RANDOM).setOutlierDetection(OutlierDetection.getDefaultInstance());
    assertThat(policy(cluster).outliers())
        .isEqualTo(
            new dev.weft.engine.config.OutlierDetection(
                new Threshold(5, 100),
                new Threshold(5, 0),
                new Threshold(5, 100),
                false,
                Duration.ofSeconds(10),
                new Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), Duration.ZERO),
                10,
                false,
                Set.of()));
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM)).outliers()).isNull();
  }

  @Test
  void statusesThatAreErrors() throws Exception {
    ListValue codes =
        ListValue.newBuilder()
            .addValues(Value.newBuilder().setNumberValue(418))
            .addValues(Value.newBuilder().setNumberValue(503))
            .build();
    Struct weft =
        Struct.newBuilder()
            .putFields(
                "outlier_detection_http_error_codes",
                Value.newBuilder().setListValue(codes).build())
            .build();
    Cluster.Builder cluster =
        cluster(Cluster.LbPolicy.RANDOM)
            .setOutlierDetection(OutlierDetection.getDefaultInstance())
            .setMetadata(Metadata.newBuilder().putFilterMetadata("weft", weft));
    assertThat(Objects.requireNonNull(policy(cluster).outliers()).errors())
        .containsExactlyInAnyOrder(418, 503);
  }

  @Test
  void outliersAsWritten() throws Exception {
    OutlierDetection.Builder detection =
        OutlierDetection.newBuilder()
            .setConsecutive5Xx(UInt32Value.of(0))
            .setEnforcingConsecutive5Xx(UInt32Value.of(0))
            .setConsecutiveGatewayFailure(UInt32Value.of(2))
            .setEnforcingConsecutiveGatewayFailure(UInt32Value.of(100))
            .setSplitExternalLocalOriginErrors(true)
            .setConsecutiveLocalOriginFailure(UInt32Value.of(4))
            .setInterval(Durations.fromSeconds(1))
            .setBaseEjectionTime(Durations.fromSeconds(900))
            .setMaxEjectionPercent(UInt32Value.of(50));
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM).setOutlierDetection(detection)).outliers())
        .isEqualTo(
            new dev.weft.engine.config.OutlierDetection(
                new Threshold(0, 0),
                new Threshold(2, 100),
                new Threshold(4, 100),
                true,
                Duration.ofSeconds(1),
                new Ejection(Duration.ofSeconds(900), Duration.ofSeconds(900), Duration.ZERO),
                50,
                false,
                Set.of()));
    detection.setMaxEjectionTime(Durations.fromSeconds(899));
    assertThatThrownBy(
            () -> policy(cluster(Cluster.LbPolicy.RANDOM).setOutlierDetection(detection)))
        .hasMessageStartingWith(
            "outlier_detection.max_ejection_time: PT14M59S (expected: at least");
  }

  @Test
  void limits() throws Exception {
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM)).limits())
        .isEqualTo(new Limits(1024, 1024, 1024, 3, null));
    CircuitBreakers.Builder breakers =
        CircuitBreakers.newBuilder()
            .addThresholds(
                CircuitBreakers.Thresholds.newBuilder()
                    .setPriority(RoutingPriority.HIGH)
                    .setMaxRequests(UInt32Value.of(1)))
            .addThresholds(
                CircuitBreakers.Thresholds.newBuilder()
                    .setMaxConnections(UInt32Value.of(5))
                    .setMaxPendingRequests(UInt32Value.of(6))
                    .setMaxRequests(UInt32Value.of(-1))
                    .setMaxRetries(UInt32Value.of(7))
                    .setRetryBudget(
                        CircuitBreakers.Thresholds.RetryBudget.newBuilder()
                            .setBudgetPercent(Percent.newBuilder().setValue(10.5))));
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM).setCircuitBreakers(breakers)).limits())
        .isEqualTo(new Limits(5, 6, 0xFFFF_FFFFL, 7, new Limits.Budget(10.5, 3, Duration.ZERO)));
    Struct weft =
        Struct.newBuilder()
            .putFields("retry_budget_interval_ms", Value.newBuilder().setNumberValue(2500).build())
            .build();
    Limits.Budget budget =
        policy(
                cluster(Cluster.LbPolicy.RANDOM)
                    .setCircuitBreakers(breakers)
                    .setMetadata(Metadata.newBuilder().putFilterMetadata("weft", weft)))
            .limits()
            .budget();
    assertThat(budget).isEqualTo(new Limits.Budget(10.5, 3, Duration.ofMillis(2500)));
  }

  @Test
  void keepAlive() throws Exception {
    assertThat(policy(cluster(Cluster.LbPolicy.RANDOM)).keepAlive()).isNull();
    TcpKeepalive.Builder keepalive =
        TcpKeepalive.newBuilder()
            .setKeepaliveProbes(UInt32Value.of(4))
            .setKeepaliveTime(UInt32Value.of(7200));
    Cluster.Builder cluster =
        cluster(Cluster.LbPolicy.RANDOM)
            .setUpstreamConnectionOptions(
                UpstreamConnectionOptions.newBuilder().setTcpKeepalive(keepalive));
    assertThat(policy(cluster).keepAlive()).isEqualTo(new KeepAlive(4, 7200, 0));
    keepalive.setKeepaliveInterval(UInt32Value.of(-1));
    cluster.getUpstreamConnectionOptionsBuilder().setTcpKeepalive(keepalive);
    assertThatThrownBy(() -> policy(cluster))
        .hasMessageStartingWith(
            "upstream_connection_options.tcp_keepalive.keepalive_interval: 4294967295");
  }

  @Test
  void slowStart() throws Exception {
    SlowStartConfig.Builder config =
        SlowStartConfig.newBuilder()
            .setSlowStartWindow(Durations.fromSeconds(30))
            .setAggression(RuntimeDouble.newBuilder().setDefaultValue(1.5).setRuntimeKey("("))
            .setMinWeightPercent(Percent.newBuilder().setValue(20));
    Cluster.Builder cluster =
        cluster(Cluster.LbPolicy.ROUND_ROBIN)
            .setRoundRobinLbConfig(RoundRobinLbConfig.newBuilder().setSlowStartConfig(config));
    assertThat(policy(cluster).slowStart())
        .isEqualTo(new SlowStart(Duration.ofSeconds(30), 1.5, 20));
    LeastRequestLbConfig.Builder least =
        LeastRequestLbConfig.newBuilder()
            .setSlowStartConfig(
                SlowStartConfig.newBuilder().setSlowStartWindow(Durations.fromSeconds(45)));
    assertThat(
            policy(cluster(Cluster.LbPolicy.LEAST_REQUEST).setLeastRequestLbConfig(least))
                .slowStart())
        .isEqualTo(new SlowStart(Duration.ofSeconds(45), 1, 10));
  }

  @Test
  void localities() throws Exception {
    ClusterLoadAssignment assignment =
        ClusterLoadAssignment.newBuilder()
            .setClusterName("c")
            .setPolicy(
                ClusterLoadAssignment.Policy.newBuilder()
                    .setOverprovisioningFactor(UInt32Value.of(100)))
            .addEndpoints(
                LocalityLbEndpoints.newBuilder()
                    .setLocality(Locality.newBuilder().setRegion("eu").setZone("a").setSubZone("1"))
                    .setLoadBalancingWeight(UInt32Value.of(70))
                    .setPriority(2)
                    .addLbEndpoints(DecodeTest.endpoint("10.0.0.1")))
            .build();
    Endpoints endpoints =
        ResourceType.ENDPOINTS.decode(assignment.toByteArray(), IgnoredFields.UNHEARD);
    assertThat(endpoints.overprovisioning()).isEqualTo(100);
    Endpoint endpoint = endpoints.endpoints().get(0);
    assertThat(endpoint.priority()).isEqualTo(2);
    assertThat(endpoint.locality())
        .isEqualTo(new dev.weft.engine.config.Cluster.Locality("eu", "a", "1", 70));
  }

  private static List<HashPolicy> hashing(RouteAction.HashPolicy.Builder... policies)
      throws Exception {
    RouteAction.Builder action = RouteAction.newBuilder().setCluster("c");
    for (RouteAction.HashPolicy.Builder policy : policies) {
      action.addHashPolicy(policy);
    }
    Routes routes =
        ResourceType.ROUTES.decode(
            DecodeTest.routes(DecodeTest.route().setRoute(action).build()).toByteArray(),
            IgnoredFields.UNHEARD);
    return ((Action.Forward) routes.table().virtualHosts().get(0).routes().get(0).action())
        .hashing();
  }

  private static RouteAction.HashPolicy.Builder hash() {
    return RouteAction.HashPolicy.newBuilder();
  }

  @Test
  void hashPolicies() throws Exception {
    Cookie.Builder cookie =
        Cookie.newBuilder()
            .setName("sid")
            .setPath("/p")
            .setTtl(Durations.fromSeconds(60))
            .addAttributes(CookieAttribute.newBuilder().setName("SameSite").setValue("Lax"));
    assertThat(
            hashing(
                hash().setHeader(Header.newBuilder().setHeaderName("X-User")).setTerminal(true),
                hash().setCookie(cookie),
                hash().setConnectionProperties(ConnectionProperties.newBuilder().setSourceIp(true)),
                hash().setConnectionProperties(ConnectionProperties.getDefaultInstance()),
                hash().setQueryParameter(QueryParameter.newBuilder().setName("q"))))
        .containsExactly(
            new HashPolicy.Header("x-user", true),
            new HashPolicy.Cookie(
                "sid",
                "/p",
                Duration.ofSeconds(60),
                List.of(new HashPolicy.Attribute("SameSite", "Lax")),
                false),
            new HashPolicy.SourceIp(false),
            new HashPolicy.QueryParameter("q", false));
    assertThatThrownBy(() -> hashing(hash().setFilterState(FilterState.newBuilder().setKey("k"))))
        .hasMessageContaining("hash_policy[0]: filter_state (expected: header, cookie");
  }
}
