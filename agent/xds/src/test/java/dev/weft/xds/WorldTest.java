package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.CLUSTERS;
import static dev.weft.xds.ScriptedControl.ENDPOINTS;
import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.LISTENERS;
import static dev.weft.xds.ScriptedControl.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** State of the world, with a control service that has no incremental protocol. */
class WorldTest {

  private static final String REVIEWS = "reviews:9080";

  private ScriptedControl control;
  private ClientUnderTest test;

  @BeforeEach
  void start() throws Exception {
    control = new ScriptedControl().withoutDelta();
    test = new ClientUnderTest(control.port());
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
    control.close();
  }

  private void ack(String type, String nonce, String version) throws Exception {
    DiscoveryRequest request = control.nextOfWorld(type);
    assertThat(request.getResponseNonce()).isEqualTo(nonce);
    assertThat(request.getVersionInfo()).isEqualTo(version);
    assertThat(request.hasErrorDetail()).isFalse();
  }

  private void subscribeAll() throws Exception {
    DiscoveryRequest hosts = control.nextOfWorld(HOSTS);
    assertThat(hosts.hasNode()).isTrue();
    assertThat(hosts.getResourceNamesList()).containsExactly("default");
    ack(HOSTS, control.sendWorld(HOSTS, "1", Samples.hosts("reviews")), "1");
    var settled = test.client.subscribe(REVIEWS).toCompletableFuture();
    assertThat(control.nextOfWorld(LISTENERS).getResourceNamesList()).containsExactly(REVIEWS);
    ack(LISTENERS, control.sendWorld(LISTENERS, "1", Samples.listener(REVIEWS, "t")), "1");
    assertThat(control.nextOfWorld(ROUTES).getResourceNamesList()).containsExactly("t");
    ack(ROUTES, control.sendWorld(ROUTES, "1", Samples.routes("t", "v1", "v2")), "1");
    assertThat(control.nextOfWorld(CLUSTERS).getResourceNamesList())
        .containsExactlyInAnyOrder("v1", "v2");
    ack(CLUSTERS, control.sendWorld(CLUSTERS, "1", Samples.cluster("v1")), "1");
    assertThat(control.nextOfWorld(ENDPOINTS).getResourceNamesList()).containsExactly("v1");
    ack(ENDPOINTS, control.sendWorld(ENDPOINTS, "1", Samples.endpoints("v1", 1001)), "1");
    settled.get(20, TimeUnit.SECONDS);
  }

  @Test
  void fallsBackAndAsksForEverythingByName() throws Exception {
    subscribeAll();
    assertThat(test.last().clusters()).containsOnlyKeys("v1");
    assertThat(test.client.status().protocol()).isEqualTo("state of the world");
  }

  @Test
  void refusesWithTheVersionThatHolds() throws Exception {
    subscribeAll();
    String nonce = control.sendWorld(ENDPOINTS, "2", Samples.endpoints("v1", 0));
    DiscoveryRequest nack = control.nextOfWorld(ENDPOINTS);
    assertThat(nack.getResponseNonce()).isEqualTo(nonce);
    assertThat(nack.getVersionInfo()).isEqualTo("1");
    assertThat(nack.getErrorDetail().getMessage())
        .contains("ClusterLoadAssignment \"v1\": endpoints[0]", "(expected: 1 to 65535)");
    assertThat(ClientUnderTest.ports(test.last(), "v1")).containsExactly(1001);
  }

  @Test
  void whatALaterAnswerLeavesOutIsGone() throws Exception {
    subscribeAll();
    ack(LISTENERS, control.sendWorld(LISTENERS, "2"), "2");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(test.last().routes()).isEmpty());
  }
}
