package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.CLUSTERS;
import static dev.weft.xds.ScriptedControl.ENDPOINTS;
import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.LISTENERS;
import static dev.weft.xds.ScriptedControl.ROUTES;
import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The incremental protocol, message by message. */
class DeltaTest {

  private static final String REVIEWS = "reviews:9080";
  private static final String TABLE = "outbound|9080||reviews";
  private static final String V1 = "outbound|9080|v1|reviews";
  private static final String V2 = "outbound|9080|v2|reviews";

  private ScriptedControl control;
  private ClientUnderTest test;

  @BeforeEach
  void start() throws Exception {
    control = new ScriptedControl();
    test = new ClientUnderTest(control.port());
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
    control.close();
  }

  private void ack(String type, String nonce) throws Exception {
    DeltaDiscoveryRequest request = control.next(type);
    assertThat(request.getResponseNonce()).isEqualTo(nonce);
    assertThat(request.hasErrorDetail()).isFalse();
    assertThat(request.getResourceNamesSubscribeList()).isEmpty();
  }

  private void giveHosts() throws Exception {
    control.next(HOSTS);
    ack(HOSTS, control.send(HOSTS, resource("default", "1", Samples.hosts("reviews"))));
  }

  /** As our control service does it: everything that the listener leads to, unasked. */
  private CompletableFuture<Void> giveBundle(String cluster, int port) throws Exception {
    CompletableFuture<Void> settled = test.client.subscribe(REVIEWS).toCompletableFuture();
    assertThat(control.next(LISTENERS).getResourceNamesSubscribeList()).containsExactly(REVIEWS);
    ack(CLUSTERS, control.send(CLUSTERS, resource(cluster, "1", Samples.cluster(cluster))));
    ack(
        ENDPOINTS,
        control.send(ENDPOINTS, resource(cluster, "1", Samples.endpoints(cluster, port))));
    ack(ROUTES, control.send(ROUTES, resource(TABLE, "1", Samples.routes(TABLE, cluster))));
    ack(
        LISTENERS,
        control.send(LISTENERS, resource(REVIEWS, "1", Samples.listener(REVIEWS, TABLE))));
    return settled;
  }

  @Test
  void saysWhoItIsOnceAndAsksForHostsFirst() throws Exception {
    DeltaDiscoveryRequest first = control.next(HOSTS);
    assertThat(first.getResourceNamesSubscribeList()).containsExactly("default");
    assertThat(first.getNode().getId())
        .isEqualTo("weft~127.0.0.1~i1.default~default.svc.cluster.local");
    var metadata = first.getNode().getMetadata().getFieldsMap();
    assertThat(Objects.requireNonNull(metadata.get("NAMESPACE")).getStringValue())
        .isEqualTo("default");
    assertThat(Objects.requireNonNull(metadata.get("WEFT_VERSION")).getStringValue())
        .isEqualTo("0.1");
    assertThat(Objects.requireNonNull(metadata.get("LABELS")).getStructValue().getFieldsMap())
        .containsKeys("app", "version");
    control.send(HOSTS, resource("default", "1", Samples.hosts("reviews", "10.0.0.1")));
    assertThat(control.next(HOSTS).hasNode()).isFalse();
    test.client.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(Objects.requireNonNull(test.last().hosts()).contains("REVIEWS.")).isTrue();
  }

  @Test
  void takesTheBundleThatComesUnasked() throws Exception {
    giveHosts();
    giveBundle(V1, 1001).get(20, TimeUnit.SECONDS);
    assertThat(test.last().routes()).containsOnlyKeys(REVIEWS);
    assertThat(ClientUnderTest.ports(test.last(), V1)).containsExactly(1001);
    assertThat(control.requests).isEmpty();
  }

  @Test
  void asksByNameForWhatDoesNotCome() throws Exception {
    giveHosts();
    CompletableFuture<Void> settled = test.client.subscribe(REVIEWS).toCompletableFuture();
    control.next(LISTENERS);
    ack(
        LISTENERS,
        control.send(LISTENERS, resource(REVIEWS, "1", Samples.listener(REVIEWS, TABLE))));
    assertThat(control.next(ROUTES).getResourceNamesSubscribeList()).containsExactly(TABLE);
    ack(ROUTES, control.send(ROUTES, resource(TABLE, "1", Samples.routes(TABLE, V1, V2))));
    assertThat(control.next(CLUSTERS).getResourceNamesSubscribeList())
        .containsExactlyInAnyOrder(V1, V2);
    ack(
        CLUSTERS,
        control.send(CLUSTERS, List.of(resource(V1, "1", Samples.cluster(V1))), List.of(V2)));
    assertThat(control.next(ENDPOINTS).getResourceNamesSubscribeList()).containsExactly(V1);
    assertThat(settled).isNotDone();
    assertThat(test.last().routes()).isEmpty();
    ack(ENDPOINTS, control.send(ENDPOINTS, resource(V1, "1", Samples.endpoints(V1, 1001))));
    settled.get(20, TimeUnit.SECONDS);
    assertThat(test.last().routes()).containsOnlyKeys(REVIEWS);
    assertThat(test.last().clusters()).containsOnlyKeys(V1);
  }

  @Test
  void settlesWhatDoesNotExist() throws Exception {
    giveHosts();
    CompletableFuture<Void> settled = test.client.subscribe("nobody:80").toCompletableFuture();
    control.next(LISTENERS);
    ack(LISTENERS, control.send(LISTENERS, List.of(), List.of("nobody:80")));
    settled.get(20, TimeUnit.SECONDS);
    assertThat(test.last().routes()).isEmpty();
  }

  @Test
  void subscribesOnceHoweverOftenAsked() throws Exception {
    giveHosts();
    assertThat(test.client.subscribe(REVIEWS)).isSameAs(test.client.subscribe(REVIEWS));
    control.next(LISTENERS);
    test.client.subscribe("ratings:9080");
    assertThat(control.next(LISTENERS).getResourceNamesSubscribeList())
        .containsExactly("ratings:9080");
  }

  @Test
  void keepsRoutesInForceUntilTheirSuccessorsAreComplete() throws Exception {
    giveHosts();
    giveBundle(V1, 1001).get(20, TimeUnit.SECONDS);
    ack(ROUTES, control.send(ROUTES, resource(TABLE, "2", Samples.routes(TABLE, V2))));
    assertThat(control.next(CLUSTERS).getResourceNamesSubscribeList()).containsExactly(V2);
    assertThat(test.last().clusters()).containsOnlyKeys(V1);
    ack(CLUSTERS, control.send(CLUSTERS, resource(V2, "1", Samples.cluster(V2))));
    control.next(ENDPOINTS);
    control.send(ENDPOINTS, resource(V2, "1", Samples.endpoints(V2, 1002)));
    test.awaitPorts(V2, 1002);
    assertThat(test.last().clusters()).containsOnlyKeys(V2);
  }

  @Test
  void keepsTheLastGoodStateOfWhatIsRefused() throws Exception {
    giveHosts();
    giveBundle(V1, 1001).get(20, TimeUnit.SECONDS);
    String nonce =
        control.send(
            ENDPOINTS,
            resource(V1, "2", Samples.endpoints(V1, 70_000)),
            resource(V2, "2", Samples.endpoints(V2, 1002)));
    DeltaDiscoveryRequest nack = control.next(ENDPOINTS);
    assertThat(nack.getResponseNonce()).isEqualTo(nonce);
    assertThat(nack.getErrorDetail().getCode()).isEqualTo(3);
    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo(
            "ClusterLoadAssignment \""
                + V1
                + "\": endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value:"
                + " 70000 (expected: 1 to 65535)");
    assertThat(ClientUnderTest.ports(test.last(), V1)).containsExactly(1001);
    test.awaitLine("port_value: 70000");
    assertThat(test.client.status().nacks()).isEqualTo(1);
    // The good one of the same answer is in force as soon as something leads to it.
    ack(CLUSTERS, control.send(CLUSTERS, resource(V2, "1", Samples.cluster(V2))));
    ack(ROUTES, control.send(ROUTES, resource(TABLE, "2", Samples.routes(TABLE, V1, V2))));
    test.awaitPorts(V2, 1002);
    // And a corrected one follows.
    ack(ENDPOINTS, control.send(ENDPOINTS, resource(V1, "3", Samples.endpoints(V1, 1003))));
    test.awaitPorts(V1, 1003);
  }

  @Test
  void refusesATypeThatItDoesNotKnow() throws Exception {
    giveHosts();
    control.send("type.googleapis.com/a.b.C", resource("x", "1", Samples.hosts()));
    DeltaDiscoveryRequest nack = control.next("type.googleapis.com/a.b.C");
    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo(
            "type_url: \"type.googleapis.com/a.b.C\" (expected: a type that was subscribed)");
  }

  @Test
  void followsRemovals() throws Exception {
    giveHosts();
    giveBundle(V1, 1001).get(20, TimeUnit.SECONDS);
    ack(ENDPOINTS, control.send(ENDPOINTS, List.of(), List.of(V1)));
    test.awaitPorts(V1);
    ack(CLUSTERS, control.send(CLUSTERS, List.of(), List.of(V1)));
    test.awaitPorts(V1, -1);
    assertThat(test.last().routes()).containsOnlyKeys(REVIEWS);
  }
}
