package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Endpoint;
import dev.weft.control.model.Locality;
import dev.weft.control.xds.resource.EndpointsResource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights whose sum no client could count. */
class WeightsTest {

  private static Endpoint endpoint(int port, int weight) {
    return new Endpoint("127.0.0.1", port, Map.of(), Locality.UNKNOWN, weight, null);
  }

  private static List<Integer> weights(Endpoint... endpoints) {
    ClusterLoadAssignment made = EndpointsResource.of("c", List.of(endpoints));
    LocalityLbEndpoints group = made.getEndpoints(0);
    List<Integer> weights =
        group.getLbEndpointsList().stream()
            .map(LbEndpoint::getLoadBalancingWeight)
            .map(it -> it.getValue())
            .toList();
    assertThat(group.getLoadBalancingWeight().getValue())
        .isEqualTo(weights.stream().mapToInt(it -> it).sum())
        .isPositive();
    return weights;
  }

  @Test
  void usualOnesAreAsWritten() {
    assertThat(weights(endpoint(1, 1), endpoint(2, 99))).containsExactly(1, 99);
  }

  @Test
  void hugeOnesKeepTheirRatios() {
    int most = Integer.MAX_VALUE;
    List<Integer> scaled =
        weights(endpoint(1, most), endpoint(2, most), endpoint(3, most / 2), endpoint(4, 1));
    assertThat(scaled.get(0)).isEqualTo(scaled.get(1));
    assertThat((double) scaled.get(2) / scaled.get(0)).isBetween(0.499, 0.501);
    assertThat(scaled.get(3)).isEqualTo(1);
    assertThat(scaled.stream().mapToLong(it -> it).sum()).isLessThan(1L << 31);
  }
}
