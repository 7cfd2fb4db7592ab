package dev.weft.e2e.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.app.TcpEcho;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections to what the registry does not know, and what {@code weftctl status} shows of sockets
 * beside the mesh. Nobody is at the addresses of strangers (RFC 5737): a connection that is not
 * refused at once waits for an answer that never comes, or finds no way.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EgressTest {

  private static final String STRANGER = "198.51.100.7";
  private static final String REFUSED = "java.net.ConnectException: mesh: REGISTRY_ONLY: ";

  private static final String SERVICES =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: block}
      spec:
        hosts: [block.example.com]
        addresses: [198.51.100.64/28]
        resolution: STATIC
        ports: [{number: 5432, name: tcp, protocol: TCP}]
        endpoints: [{address: 127.0.0.1, ports: {tcp: %d}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: named}
      spec:
        hosts: [named.example.com]
        resolution: DNS
        ports: [{number: 5432, name: tls, protocol: TLS}]
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: served}
      spec:
        hosts: [served.example.com]
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
        endpoints: [{address: 198.51.100.80}]
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {outboundTrafficPolicy: {mode: %s}}
      """;

  private final Mesh mesh = new Mesh();
  @TempDir static Path folder;
  private Jvm echo;
  private Jvm caller;

  @BeforeAll
  void start() throws IOException {
    List<String> command =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TcpEcho.class.getName(),
            "echo",
            "-",
            "0");
    echo = Jvm.start("echo", Map.of(), command); // nobody of the mesh
    echo.await("ready");
    Files.writeString(
        folder.resolve("hosts"),
        STRANGER + " named.example.com other.example.com\n127.0.0.1 localhost\n");
    policy("REGISTRY_ONLY");
    caller = caller("caller", Map.of());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(go("within", STRANGER, 5432)).startsWith(REFUSED));
  }

  @AfterAll
  void stop() {
    if (echo != null) {
      echo.close();
    }
    mesh.close();
  }

  private void policy(String mode) {
    mesh.configure("services.yaml", SERVICES.formatted(echo.port(), mode));
  }

  private Jvm caller(String name, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(mesh.identity(name));
    environment.put("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + folder.resolve("hosts"));
    environment.putAll(settings);
    return mesh.start(name, "v1", environment, Ways.class);
  }

  private static String go(Jvm from, String way, String host, int port) {
    String answer = from.ask("go " + way + " " + host + " " + port, "went ", "failed ");
    return answer.substring(("went " + way + " ").length());
  }

  private String go(String way, String host, int port) {
    return go(caller, way, host, port);
  }

  @Test
  void aStrangerIsRefusedWhateverTheWay() {
    String expected =
        " is not in the registry (expected: a ServiceEntry with this host or address and this"
            + " port, or weft.egress.allow)";
    for (String way : Ways.ALL) {
      String answer = go(way, STRANGER, 5432);
      if (Ways.REQUESTS.contains(way)) {
        assertThat(answer).as(way).isEqualTo("java.io.IOException: status 502");
      } else if (way.equals("proxy")) { // the JDK keeps the message alone
        assertThat(answer)
            .endsWith(REFUSED.substring(REFUSED.indexOf("mesh")) + STRANGER + ":5432" + expected);
      } else {
        assertThat(answer).as(way).isEqualTo(REFUSED + STRANGER + ":5432" + expected);
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(mesh.status())
                    .contains("UNMESHED caller.default")
                    .containsPattern(
                        "connection 198.51.100.7:5432 by dev.weft.e2e.egress: not in the registry,"
                            + " refused")
                    .contains("    at dev.weft.e2e.egress.Ways.nonblocking(Ways.java:")
                    .containsPattern("by grpc-netty-shaded-[\\d.]+: not in the registry, refused"));
  }

  @Test
  void thisMachineAndWhatTheRegistryKnowsAreReached() {
    int own = Integer.parseInt(caller.ask("listen channel", "listens ").split(" ")[1]);
    for (String way : List.of("within", "socket", "channel", "nonblocking", "handler", "netty")) {
      assertThat(go(way, "127.0.0.1", own)).isEqualTo("open");
    }
    // By its block, to where its endpoint is; no other port.
    assertThat(go("within", "198.51.100.66", 5432)).isEqualTo("open");
    assertThat(go("within", "198.51.100.66", 5433)).startsWith(REFUSED);
    assertThat(go("within", "198.51.100.80", 5432)).startsWith(REFUSED);
    // An endpoint, at the port that it has.
    assertThat(go("within", "198.51.100.80", 8080)).doesNotContain("mesh: ");
    assertThat(go("within", "198.51.100.80", 80)).startsWith(REFUSED);
    // By the name, not by another of the same address.
    assertThat(go("within", "named.example.com", 5432)).doesNotContain("mesh: ");
    assertThat(go("within", "named.example.com", 5433)).startsWith(REFUSED);
    assertThat(go("within", "other.example.com", 5432)).startsWith(REFUSED);
    caller.ask("unlisten", "closed");
  }

  @Test
  void anOperatorMayAllowMoreOrOnlyBeTold() {
    Jvm allowed = caller("allowed", Map.of("WEFT_EGRESS_ALLOW", STRANGER + ":5432, *.example.org"));
    assertThat(go(allowed, "within", STRANGER, 5432)).doesNotContain("mesh: ");
    assertThat(go(allowed, "within", STRANGER, 5433)).startsWith(REFUSED);
    Jvm told = caller("told", Map.of("WEFT_EGRESS_MODE", "report"));
    assertThat(go(told, "within", STRANGER, 5432)).doesNotContain("mesh: ");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(mesh.status())
                    .containsPattern(
                        "UNMESHED told.default.*\\n  connection 198.51.100.7:5432 by"
                            + " dev.weft.e2e.egress: not in the registry, would be refused\\n"
                            + "    at dev.weft.e2e.egress.Ways.go"));
  }

  @Test
  void listenersThatNoWovenLibraryServesAreShownUntilTheyClose() {
    Jvm server = caller("server", Map.of());
    for (String way : List.of("socket", "channel", "asynchronous")) {
      String port = server.ask("listen " + way, "listens ").split(" ")[1];
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(mesh.status())
                      .containsPattern(
                          "listener (localhost/)?127.0.0.1:"
                              + port
                              + " by dev.weft.e2e.egress: no woven library\\n"
                              + "    at dev.weft.e2e.egress.Ways.listen"));
    }
    server.ask("unlisten", "closed");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(mesh.status()).doesNotContain("  listener "));
  }
}
