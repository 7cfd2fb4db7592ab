package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a workload may see and call, from the file to what its application gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopeTest {

  /** Nobody's: there is no such domain. */
  private static final String STRANGER = "http://stranger.example:8080/";

  private final Mesh mesh = new Mesh();
  private final int metrics = Ports.free();
  private Jvm scoped;
  private Jvm free;

  @BeforeAll
  void start() {
    mesh.configure("services.yaml", Yaml.service("ratings") + "---\n" + Yaml.service("reviews"));
    mesh.start("ratings", "v1", Echo.class, "one", "0");
    mesh.start("reviews", "v1", Echo.class, "two", "0");
    scoped =
        mesh.start(
            "scoped", "v1", Map.of("WEFT_METRICS_ADDRESS", "127.0.0.1:" + metrics), Caller.class);
    free = mesh.start("free", "v1", Caller.class);
    for (Jvm caller : new Jvm[] {scoped, free}) {
      awaitAnswer(caller, "http://ratings:8080/", "answer 200 one");
      awaitAnswer(caller, "http://reviews:8080/", "answer 200 two");
    }
  }

  @AfterAll
  void stop() {
    mesh.close();
  }

  private static String get(Jvm caller, String url) {
    return caller.ask("get " + url, "answer ", "failed ");
  }

  private static void awaitAnswer(Jvm caller, String url, String beginning) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(caller, url), answer -> answer.startsWith(beginning));
  }

  private void sidecar(String spec) {
    mesh.configure(
        "sidecar.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: scoped}
        spec:
          workloadSelector: {labels: {app: scoped}}
        """
            + spec.indent(2));
  }

  @Test
  void strangersAreRefusedWhileOnlyTheRegistryIsAllowed() throws IOException {
    assertThat(get(scoped, STRANGER)).startsWith("failed ");
    sidecar("outboundTrafficPolicy: {mode: REGISTRY_ONLY}");
    awaitAnswer(scoped, STRANGER, "answer 502");
    assertThat(get(scoped, "https://stranger.example/")).isEqualTo("answer 502 ");
    assertThat(get(scoped, "http://ratings:8080/")).startsWith("answer 200 one");
    assertThat(get(scoped, "http://ratings:1234/")).isEqualTo("answer 502 ");
    assertThat(get(scoped, "http://127.0.0.1:" + metrics + "/stats/prometheus"))
        .startsWith("answer 200 ");
    assertThat(get(free, STRANGER)).startsWith("failed ");
    double refused =
        Metrics.sum(
            metrics,
            "istio_requests_total",
            "destination_service=\"stranger.example\"",
            "destination_service_name=\"BlackHoleCluster\"",
            "response_code=\"502\"",
            "response_flags=\"-\"");
    assertThat(refused).isGreaterThanOrEqualTo(2);

    sidecar("outboundTrafficPolicy: {mode: ALLOW_ANY}");
    awaitAnswer(scoped, STRANGER, "failed ");
    assertThat(get(scoped, "http://ratings:8080/")).startsWith("answer 200 one");
  }

  @Test
  void theMeshsOwnFileIsFollowed() {
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n");
    awaitAnswer(free, STRANGER, "answer 502");
    assertThat(get(free, "http://ratings:8080/")).startsWith("answer 200 one");
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: NOTHING}\n");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(mesh.statusNow()).contains("WEFT0101", "NOTHING", "WEFT0004"));
    assertThat(get(free, STRANGER)).startsWith("answer 502");
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: ALLOW_ANY}\n");
    awaitAnswer(free, STRANGER, "failed ");
  }

  @Test
  void aHostIsHiddenFromOneWorkloadAlone() {
    sidecar(
        """
        egress: [{hosts: ['./ratings.default.svc.cluster.local']}]
        outboundTrafficPolicy: {mode: REGISTRY_ONLY}
        """);
    awaitAnswer(scoped, "http://reviews:8080/", "answer 502");
    assertThat(get(scoped, "http://ratings.default:8080/")).startsWith("answer 200 one");
    assertThat(get(free, "http://reviews:8080/")).startsWith("answer 200 two");
    sidecar("egress: [{hosts: ['./*']}]");
    awaitAnswer(scoped, "http://reviews:8080/", "answer 200 two");
  }
}
