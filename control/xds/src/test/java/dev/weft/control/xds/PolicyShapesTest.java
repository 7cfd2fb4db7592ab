package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.Durations;
import dev.weft.control.model.Caller;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.ClusterResource;
import dev.weft.control.xds.resource.Names;
import dev.weft.control.xds.resource.Profile;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clusters say of a DestinationRule, beside istiod's own shapes. */
class PolicyShapesTest {

  private static final String RULE =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api, namespace: demo}
      spec:
        hosts: [api.example.com]
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints: [{address: 127.0.0.1}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: api, namespace: demo}
      spec:
        host: api.example.com
        trafficPolicy: %s
      """;

  private static Cluster cluster(String policy) {
    MeshModel model = Models.readAll(RULE.formatted(policy));
    return Names.destination("outbound|80||api.example.com")
        .flatMap(it -> model.view(new Caller(new Namespace("demo"), Map.of())).cluster(it))
        .flatMap(it -> new ClusterResource(Profile.WEFT, "cluster.local").of(it))
        .orElseThrow();
  }

  @Test
  void theIntervalOfABudgetIsToldToAgentsAndToEnvoy() {
    Cluster cluster = cluster("{retryBudget: {percent: 10, budgetInterval: 2.5s}}");
    Struct own = cluster.getMetadata().getFilterMetadataOrThrow("weft");
    assertThat(own.getFieldsOrThrow("retry_budget_interval_ms").getNumberValue()).isEqualTo(2500);
    RetryBudget budget = cluster.getCircuitBreakers().getThresholds(0).getRetryBudget();
    assertThat(budget.getUnknownFields().getField(3).getLengthDelimitedList())
        .containsExactly(Durations.fromMillis(2500).toByteString());

    Cluster without = cluster("{retryBudget: {percent: 10}}");
    assertThat(without.getMetadata().containsFilterMetadata("weft")).isFalse();
    assertThat(without.getCircuitBreakers().getThresholds(0).getRetryBudget().getUnknownFields())
        .isEqualTo(UnknownFieldSet.getDefaultInstance());
  }

  @Test
  void connectionsAreKeptAliveAsIstiodHasIt() {
    TcpKeepalive keepalive =
        keepalive("{connectionPool: {tcp: {tcpKeepalive: {time: 7200s, interval: 75s}}}}");
    assertThat(keepalive.getKeepaliveTime().getValue()).isEqualTo(7200);
    assertThat(keepalive.getKeepaliveInterval().getValue()).isEqualTo(75);
    assertThat(keepalive.hasKeepaliveProbes()).isFalse();
    String empty = "{connectionPool: {tcp: {tcpKeepalive: {}}}}";
    assertThat(keepalive(empty)).isEqualTo(TcpKeepalive.getDefaultInstance());
    assertThat(cluster("{connectionPool: {tcp: {maxConnections: 1}}}"))
        .matches(it -> !it.hasUpstreamConnectionOptions());
  }

  private static TcpKeepalive keepalive(String policy) {
    return cluster(policy).getUpstreamConnectionOptions().getTcpKeepalive();
  }
}
