package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.CLUSTER;
import static dev.weft.control.xds.resource.ResourceType.ENDPOINTS;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static dev.weft.control.xds.resource.ResourceType.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state-of-the-world variant, message by message. */
class StateStreamTest {

  private static final String A = "outbound|80||a.default.svc.cluster.local";
  private static final String B = "outbound|80||b.default.svc.cluster.local";

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    models.start("a", "v1", 80);
    models.start("b", "v1", 80);
    running = new Running(models);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  /**
   * Everything that the peer has not asked about stays unsaid: the next answer is to a question.
   */
  private static void expectNothing(StatePeer peer) throws InterruptedException {
    peer.want(ROUTES, A);
    peer.next(ROUTES);
  }

  @Test
  void aNameThatDoesNotExistHoldsNothingUp() throws Exception {
    try (StatePeer peer = StatePeer.grpc(running.channel())) {
      peer.want(LISTENER, "a:80", "nowhere:80");
      DiscoveryResponse first = peer.next(LISTENER);
      assertThat(first.getResourcesCount()).isEqualTo(1);
      peer.take(first, "a:80", "nowhere:80").want(ENDPOINTS, "outbound|1||no.such", B);
      assertThat(peer.next(ENDPOINTS).getResourcesCount()).isEqualTo(1);

      models.start("nowhere", "v1", 80);
      assertThat(peer.next(LISTENER).getResourcesCount()).isEqualTo(2);
    }
  }

  @Test
  void listenersAreCompleteEndpointsAreNot() throws Exception {
    try (StatePeer peer = StatePeer.grpc(running.channel())) {
      peer.want(CLUSTER, A, B);
      peer.take(peer.next(CLUSTER), A, B);
      peer.want(ENDPOINTS, A, B);
      peer.take(peer.next(ENDPOINTS), A, B);
      models.start("a", "v3", 80);
      DiscoveryResponse changed = peer.next(ENDPOINTS);
      assertThat(changed.getResourcesCount()).isEqualTo(1);
      assertThat(changed.getResources(0).unpack(ClusterLoadAssignment.class).getClusterName())
          .isEqualTo(A);
    }
  }

  @Test
  void whatWasRefusedIsNotRepeatedUntilItChanges() throws Exception {
    try (StatePeer peer = StatePeer.grpc(running.channel())) {
      peer.want(ENDPOINTS, A);
      peer.refuse(peer.next(ENDPOINTS), A);
      models.start("b", "v2", 80);
      expectNothing(peer);
      assertThat(running.ads.clients().get(0).sync()).isEqualTo(ClientStatus.Sync.NACK);
      assertThat(running.ads.counters().rejections(ENDPOINTS)).isEqualTo(1);

      models.stop("a", "v1");
      models.start("a", "v9", 80);
      DiscoveryResponse better = peer.next(ENDPOINTS);
      peer.take(better, A);
      org.awaitility.Awaitility.await()
          .until(() -> running.ads.clients().get(0).types().get(0).rejection() == null);
    }
  }

  @Test
  void aRefusedListenerIsNotRepeatedEither() throws Exception {
    try (StatePeer peer = StatePeer.grpc(running.channel())) {
      peer.want(LISTENER, "a:80");
      peer.refuse(peer.next(LISTENER), "a:80");
      models.start("b", "v2", 80);
      expectNothing(peer);
    }
  }

  @Test
  void aRequestThatCrossesAResponseIsForgotten() throws Exception {
    try (StatePeer peer = StatePeer.grpc(running.channel())) {
      peer.want(ENDPOINTS, A);
      DiscoveryResponse first = peer.next(ENDPOINTS);
      // Before its first nonce a client may say more than once what it wants.
      peer.want(ENDPOINTS, A, B);
      peer.take(first, A, B);
      DiscoveryResponse second = peer.next(ENDPOINTS);
      assertThat(second.getResourcesCount()).isEqualTo(1);
      // An answer to the first response, although the second is under way.
      peer.take(first, A);
      peer.take(second, A, B);
      expectNothing(peer);
      assertThat(running.ads.clients().get(0).types())
          .filteredOn(it -> it.type() == ENDPOINTS)
          .extracting(ClientStatus.OfType::subscribed)
          .containsExactly(2);
    }
  }

  @Test
  void envoyMayAskForAllClustersAndSeesNoListener() throws Exception {
    try (StatePeer peer = StatePeer.envoy(running.channel())) {
      peer.want(CLUSTER);
      DiscoveryResponse clusters = peer.next(CLUSTER);
      // With those two that stand for unknown hosts.
      assertThat(clusters.getResourcesCount()).isEqualTo(4);
      peer.take(clusters);
      peer.want(LISTENER);
      DiscoveryResponse none = peer.next(LISTENER);
      assertThat(none.getResourcesCount()).isZero();
      peer.take(none);

      models.start("c", "v1", 80);
      DiscoveryResponse three = peer.next(CLUSTER);
      assertThat(three.getResourcesCount()).isEqualTo(5);
      peer.take(three);
      models.stop("c", "v1");
      assertThat(peer.next(CLUSTER).getResourcesCount()).isEqualTo(4);
    }
  }
}
