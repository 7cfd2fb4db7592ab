package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.CLUSTERS;
import static dev.weft.xds.ScriptedControl.ENDPOINTS;
import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.LISTENERS;
import static dev.weft.xds.ScriptedControl.ROUTES;
import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.engine.config.Snapshot;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client does while the control service is gone, and when it is back. */
class ReconnectTest {

  private static final String REVIEWS = "reviews:9080";
  private static final String TABLE = "outbound|9080||reviews";
  private static final String V1 = "outbound|9080|v1|reviews";

  private ScriptedControl control;
  private ClientUnderTest test;

  @BeforeEach
  void start() throws Exception {
    control = new ScriptedControl();
    test = new ClientUnderTest(control.port());
    control.next(HOSTS);
    control.send(HOSTS, resource("default", "h1", Samples.hosts("reviews")));
    control.next(HOSTS);
    var settled = test.client.subscribe(REVIEWS).toCompletableFuture();
    control.next(LISTENERS);
    control.send(CLUSTERS, resource(V1, "c1", Samples.cluster(V1)));
    control.send(ENDPOINTS, resource(V1, "e1", Samples.endpoints(V1, 1001, 1002)));
    control.send(ROUTES, resource(TABLE, "r1", Samples.routes(TABLE, V1)));
    control.send(LISTENERS, resource(REVIEWS, "l1", Samples.listener(REVIEWS, TABLE)));
    settled.get(20, TimeUnit.SECONDS);
    for (String type : new String[] {CLUSTERS, ENDPOINTS, ROUTES, LISTENERS}) {
      control.next(type);
    }
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
    control.close();
  }

  private void assertResync() throws Exception {
    DeltaDiscoveryRequest hosts = control.next(HOSTS);
    assertThat(hosts.hasNode()).isTrue();
    assertThat(hosts.getInitialResourceVersionsMap()).containsEntry("default", "h1").hasSize(1);
    for (String[] each :
        new String[][] {
          {CLUSTERS, V1, "c1"},
          {ENDPOINTS, V1, "e1"},
          {LISTENERS, REVIEWS, "l1"},
          {ROUTES, TABLE, "r1"}
        }) {
      DeltaDiscoveryRequest request = control.next(each[0]);
      assertThat(request.getResourceNamesSubscribeList()).containsExactly(each[1]);
      assertThat(request.getInitialResourceVersionsMap()).containsEntry(each[1], each[2]);
      assertThat(request.getResponseNonce()).isEmpty();
    }
  }

  @Test
  void saysWhatItHasWhenTheServiceIsBack() throws Exception {
    int port = control.port();
    Snapshot before = test.last();
    control.close();
    test.awaitLine("no control service at 127.0.0.1:" + port);
    assertThat(test.client.status().connected()).isFalse();
    assertThat(test.last()).isSameAs(before);
    control = new ScriptedControl(port);
    assertResync();
    int snapshots = test.snapshots.size();
    control.send(ENDPOINTS, resource(V1, "e2", Samples.endpoints(V1, 1001, 1003)));
    test.awaitPorts(V1, 1001, 1003);
    assertThat(test.client.status().connected()).isTrue();
    // From one state to the next: at no time was anything missing.
    assertThat(test.snapshots.size()).isEqualTo(snapshots + 1);
    assertThat(test.snapshots.stream().dropWhile(each -> each.hosts() == null))
        .allSatisfy(each -> assertThat(each.hosts()).isNotNull())
        .filteredOn(each -> each.clusters().containsKey(V1))
        .allSatisfy(each -> assertThat(ClientUnderTest.ports(each, V1)).hasSize(2));
  }

  @Test
  void wantsDuringAnOutageAreServedAfterIt() throws Exception {
    int port = control.port();
    control.close();
    test.awaitLine("no control service");
    var settled = test.client.subscribe("ratings:9080").toCompletableFuture();
    control = new ScriptedControl(port);
    control.next(HOSTS);
    control.next(CLUSTERS);
    control.next(ENDPOINTS);
    assertThat(control.next(LISTENERS).getResourceNamesSubscribeList())
        .containsExactly(REVIEWS, "ratings:9080");
    control.send(LISTENERS, java.util.List.of(), java.util.List.of("ratings:9080"));
    settled.get(20, TimeUnit.SECONDS);
  }

  @Test
  void aStreamThatEndsIsAsGoodAsAConnectionThatDoes() throws Exception {
    control.endStream(Status.UNAVAILABLE.withDescription("too busy"));
    test.awaitLine("UNAVAILABLE: too busy");
    assertResync();
  }

  @Test
  void whatVanishedMeanwhileIsRemoved() throws Exception {
    int port = control.port();
    control.close();
    control = new ScriptedControl(port);
    assertResync();
    control.send(LISTENERS, java.util.List.of(), java.util.List.of(REVIEWS));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(test.last().routes()).isEmpty());
  }

  @Test
  void failuresAreToldOnceAndCounted() throws Exception {
    control.close();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(test.client.status().connectionFailures()).isGreaterThan(4));
    assertThat(test.lines.stream().filter(line -> line.contains("cannot connect"))).hasSize(1);
    assertThat(test.client.status().lastFailure()).contains("Connection refused");
  }
}
