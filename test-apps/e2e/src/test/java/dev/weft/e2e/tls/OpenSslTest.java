package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Layout;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Yaml;
import dev.weft.e2e.app.Caller;
import dev.weft.harness.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A caller of the mesh, and OpenSSL's own server, which has the right certificate or a wrong one.
 */
class OpenSslTest {

  private static final String IDENTITY = "spiffe://cluster.local/ns/default/sa/openssl";
  private static final String OTHER = "spiffe://cluster.local/ns/default/sa/other";

  private Mesh mesh;
  private Path folder;

  @BeforeEach
  void begin() throws Exception {
    if (!OpenSsl.isInstalled()) {
      System.err.println("SKIPPED: OpenSslTest needs openssl");
    }
    assumeTrue(OpenSsl.isInstalled(), "no openssl");
    folder = Files.createTempDirectory("openssl");
    mesh = new Mesh();
    mesh.configure("openssl.yaml", Yaml.service("openssl"));
  }

  @AfterEach
  void end() {
    if (mesh != null) {
      mesh.close();
      Layout.delete(folder);
    }
  }

  @Test
  void callersTalkToWhoCanProveItAndToNobodyElse() throws Exception {
    Path root = mesh.state().resolve("ca").resolve("root.pem");
    OpenSsl certificates = new OpenSsl(folder, root);
    String token = mesh.token("openssl", "--service", "openssl");
    Jvm caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
    int port = Ports.free();
    try (Jvm good = certificates.serve(port, certificates.ofTheMesh("good", IDENTITY));
        Registered there = Registered.as("openssl", port, mesh.tlsAddress(), root, token)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(get(caller)).startsWith("answer 200"));
      // What it says of the connection: who called, by which TLS.
      assertThat(get(caller))
          .contains("TLSv1.3")
          .contains("Verify return code: 0 (ok)")
          .contains("URI:spiffe://cluster.local/ns/default/sa/caller");
      assertThat(good.output()).noneMatch(line -> line.contains("verify error"));
    }
    for (Map.Entry<String, OpenSsl.Pair> bad : certificates.wrong(IDENTITY, OTHER).entrySet()) {
      int there = Ports.free();
      try (Jvm server = certificates.serve(there, bad.getValue());
          Registered registered = Registered.as("openssl", there, mesh.tlsAddress(), root, token)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> assertThat(mesh.status("-o", "json")).contains(String.valueOf(there)));
        for (int i = 0; i < 5; i++) {
          assertThat(get(caller)).as(bad.getKey()).startsWith("answer 503");
        }
        assertThat(server.output()).as(bad.getKey()).noneMatch(line -> line.contains("GET"));
      }
    }
  }

  private static String get(Jvm caller) {
    return caller.ask("get http://openssl:8080/", "answer ", "failed ");
  }
}
