package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Guarded;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health checks in plaintext where mutual TLS is demanded, and nobody may ask anything. */
class ProbesTest {

  private static final String NOBODY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: nobody}
      spec: {}
      """;

  /** What a server may take for the health check, or for more. */
  private static final List<String> OTHERS =
      List.of(
          "GET /",
          "GET /admin",
          "GET /health/",
          "GET /health?",
          "GET /health?x=/admin",
          "GET /health;",
          "GET /health;/../admin",
          "GET /health/../admin",
          "GET /health/%2e%2e/admin",
          "GET /health%2f..%2fadmin",
          "GET //health",
          "GET /./health",
          "GET /%68ealth",
          "GET /health#",
          "GET /HEALTH",
          "GET health",
          "get /health",
          "HEAD /health",
          "POST /health",
          "OPTIONS *",
          "TRACE /health");

  private final Mesh mesh = new Mesh();
  private final int port = Ports.free();

  @AfterEach
  void stop() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jdk"})
  void exactlyTheyAreAnswered(String server) throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded"));
    mesh.configure("strict.yaml", Yaml.STRICT);
    mesh.configure("policy.yaml", NOBODY);
    Map<String, String> environment = new HashMap<>(mesh.identity("guarded"));
    environment.put("WEFT_PROBES", port + "/health, " + (port + 1) + "/admin");
    mesh.start("guarded", "v1", environment, Guarded.class, server, String.valueOf(port));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(ask("GET /admin")).contains(" 403 "));
    assertThat(ask("GET /health")).contains(" 200 ").contains("public");
    for (String other : OTHERS) {
      assertThat(ask(other))
          .as(other)
          .doesNotContain(" 200 ")
          .doesNotContain("public")
          .doesNotContain("SECRET");
    }
    // What follows on the connection of a probe is none for that.
    String both = ask("GET /health HTTP/1.1\r\nHost: guarded\r\n\r\nGET /admin");
    assertThat(both).contains(" 200 ").contains(" 403 ").doesNotContain("SECRET");
  }

  /** What is answered to this request line; empty where nothing is. */
  private String ask(String line) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      String request = line + " HTTP/1.1\r\nHost: guarded\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      return ""; // reset
    }
  }
}
