package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Guarded;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is in the way of STRICT, and who is not, as an operator learns of it. */
class PlaintextCallersTest {

  /** Outside of the mesh, and yet known. */
  private static final String LEGACY =
      """
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: legacy-1, namespace: ops, labels: {app: legacy}}
      spec: {address: 127.0.0.9, serviceAccount: old, labels: {app: legacy}}
      """;

  private static final String LEGACY_ADDRESS = "127.0.0.9";
  private static final String STRANGER_ADDRESS = "127.0.0.10";
  private static final String PROBE_ADDRESS = "127.0.0.11";

  private final Mesh mesh = new Mesh();
  private final int metrics = Ports.free();

  @AfterEach
  void stop() {
    mesh.close();
  }

  private static String asked(Jvm caller) {
    return caller.ask("get http://guarded:8080/", "answer ", "failed ");
  }

  @Test
  void plaintextIsNamedAndNothingElse() throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded"));
    mesh.configure("legacy.yaml", LEGACY);
    Jvm guarded = guarded("jdk");
    awaitConclusion("Nobody has called in plaintext since ");

    Jvm caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> asked(caller).startsWith("answer 200"));
    assertThat(ask(guarded.port(), PROBE_ADDRESS, "GET /health")).contains(" 200 ");
    for (int i = 0; i < 3; i++) {
      assertThat(ask(guarded.port(), LEGACY_ADDRESS, "GET /")).contains(" 200 ");
    }
    assertThat(ask(guarded.port(), STRANGER_ADDRESS, "GET /")).contains(" 200 ");

    awaitConclusion("In the way of STRICT: 127.0.0.10, legacy.ops.");
    // Counts come later than names.
    String row = "guarded.default +" + guarded.port() + " +legacy +ops +3 +\\d+s ago";
    await(() -> assertThat(mesh.status("--plaintext")).containsPattern(row));
    assertThat(mesh.status("--plaintext"))
        .containsPattern("guarded.default +" + guarded.port() + " +127.0.0.10 +- +1 +\\d+s ago")
        .doesNotContain(PROBE_ADDRESS)
        .doesNotContain("caller.default");
    assertSaidByAgentAndService();

    // What it named is what STRICT refuses, and what it did not name is not.
    mesh.configure("strict.yaml", Yaml.STRICT);
    await(() -> assertThat(ask(guarded.port(), LEGACY_ADDRESS, "GET /")).contains(" 403 "));
    assertThat(ask(guarded.port(), PROBE_ADDRESS, "GET /health")).contains(" 200 ");
    assertThat(asked(caller)).startsWith("answer 200");
  }

  @Test
  void itIsToldAgainAndForgottenInTheEnd() throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded"));
    Jvm guarded = guarded("tomcat");
    assertThat(ask(guarded.port(), STRANGER_ADDRESS, "GET /")).contains(" 200 ");
    String stranger = "In the way of STRICT: 127.0.0.10.";
    awaitConclusion(stranger);
    mesh.killControl();
    mesh.restartControl();
    awaitConclusion(stranger); // again
    awaitConclusion("Nobody has called in plaintext since "); // after its window of 30 s
    guarded.kill();
    await(
        () ->
            assertThat(mesh.status("--plaintext"))
                .containsPattern("Who calls guarded.default .* its agent is not connected"));
  }

  private Jvm guarded(String server) {
    Map<String, String> environment = new HashMap<>(mesh.identity("guarded", metrics));
    int port = Ports.free();
    environment.put("WEFT_PROBES", port + "/health");
    environment.put("WEFT_PLAINTEXT_WINDOW", server.equals("tomcat") ? "30s" : "60m");
    return mesh.start("guarded", "v1", environment, Guarded.class, server, String.valueOf(port));
  }

  private void assertSaidByAgentAndService() throws IOException {
    JsonNode callers = json(mesh.statusNow()).at("/workloads").get(1).at("/plaintext/callers");
    assertThat(callers).hasSize(2);
    JsonNode legacy = callers.get(1);
    assertThat(legacy.path("address").asText()).isEqualTo(LEGACY_ADDRESS);
    assertThat(legacy.at("/workloads/0/serviceAccount").asText()).isEqualTo("old");
    assertThat(legacy.at("/workloads/0/labels/app").asText()).isEqualTo("legacy");
    assertThat(legacy.path("count").asInt()).isEqualTo(3);
    JsonNode own = agent().at("/plaintext/callers");
    assertThat(own).hasSize(2);
    assertThat(own.get(1).path("address").asText()).isEqualTo(LEGACY_ADDRESS);
    assertThat(own.get(1).path("count").asInt()).isEqualTo(3);
  }

  private JsonNode agent() throws IOException {
    try {
      return json(EnvoyProcess.get(metrics, "/weft/status").body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  private void awaitConclusion(String words) {
    await(
        () ->
            assertThat(mesh.status("--plaintext").lines().reduce((first, last) -> last).orElse(""))
                .startsWith(words));
  }

  private static void await(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(assertion);
  }

  /** What is answered to this request line, asked from this address. */
  private static String ask(int port, String from, String line) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(20_000);
      String request = line + " HTTP/1.1\r\nHost: guarded\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
