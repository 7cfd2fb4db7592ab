package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.CLUSTER;
import static dev.weft.control.xds.resource.ResourceType.ENDPOINTS;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A changed cluster is a new one to Envoy: it waits for endpoints, and takes no other change of
 * clusters until they have come, be they the same ones.
 */
class WarmingTest {

  private static final String A = "outbound|80||a.default.svc.cluster.local";
  private static final String B = "outbound|80||b.default.svc.cluster.local";

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    models.start("a", "v1", 80);
    models.start("b", "v1", 80);
    models.configure(policy("RANDOM"));
    running = new Running(models);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private static String policy(String balancer) {
    return """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: a}
    spec:
      host: a
      trafficPolicy: {loadBalancer: {simple: %s}}
    """
        .formatted(balancer);
  }

  @Test
  void endpointsOfAChangedClusterAreToldAgain() throws Exception {
    Node node = Node.newBuilder().setId("n").setUserAgentName("envoy").build();
    try (DeltaPeer peer = DeltaPeer.as(running.channel(), node)) {
      peer.subscribe(CLUSTER);
      assertThat(DeltaPeer.names(peer.next(CLUSTER)))
          .containsExactlyInAnyOrder(A, B, "PassthroughCluster", "BlackHoleCluster");
      peer.subscribe(ENDPOINTS, A, B);
      assertThat(DeltaPeer.names(peer.next(ENDPOINTS))).containsExactlyInAnyOrder(A, B);
      peer.silent(); // as Envoy, which answers when it has the endpoints

      models.configure(policy("ROUND_ROBIN"));
      assertThat(DeltaPeer.names(peer.next(CLUSTER))).containsExactly(A);
      DeltaDiscoveryResponse again = peer.next(ENDPOINTS);
      assertThat(DeltaPeer.names(again)).containsExactly(A);
      peer.acknowledge(again);
      peer.expectNothing();
    }
  }

  @Test
  void inTheStateOfTheWorldToo() throws Exception {
    try (StatePeer peer = StatePeer.envoy(running.channel())) {
      peer.want(CLUSTER);
      peer.take(peer.next(CLUSTER)).want(ENDPOINTS, A, B);
      peer.take(peer.next(ENDPOINTS), A, B);

      models.configure(policy("ROUND_ROBIN"));
      assertThat(peer.next(CLUSTER).getResourcesCount()).isEqualTo(4);
      DiscoveryResponse again = peer.next(ENDPOINTS);
      assertThat(again.getResourcesCount()).isEqualTo(1);
      assertThat(again.getResources(0).unpack(ClusterLoadAssignment.class).getClusterName())
          .isEqualTo(A);
    }
  }

  @Test
  void agentsKeepTheEndpointsThatTheyHave() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "a:80");
      for (DeltaDiscoveryResponse response = peer.next();
          !response.getTypeUrl().equals(LISTENER.url()); ) {
        response = peer.next();
      }
      models.configure(policy("ROUND_ROBIN"));
      assertThat(DeltaPeer.names(peer.next(CLUSTER))).containsExactly(A);
      peer.expectNothing();
    }
  }
}
