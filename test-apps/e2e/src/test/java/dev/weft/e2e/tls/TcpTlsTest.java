package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.app.TcpCaller;
import dev.weft.e2e.app.TcpEcho;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections on which the application itself speaks TLS, by the name that it connects to. */
class TcpTlsTest {

  private static final String NAMES =
      "a.wild.example.com,dns:b.wild.example.com,dns:one.example.com,dns:two.example.com";

  private final Mesh mesh = new Mesh();
  private final List<Jvm> servers = new ArrayList<>();
  @TempDir Path folder;
  private Jvm caller;

  @AfterEach
  void stop() {
    servers.forEach(Jvm::close);
    mesh.close();
  }

  /** Nobody of the mesh. */
  private int server(String name, Path store) {
    List<String> command =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TcpEcho.class.getName(),
            name,
            store.toString(),
            "0");
    Jvm server = Jvm.start(name, Map.of(), command);
    servers.add(server);
    server.await("ready");
    return server.port();
  }

  private static String service(String name, int port) {
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: %1$s}
    spec:
      hosts: [%1$s.example.com]
      location: MESH_EXTERNAL
      resolution: STATIC
      ports: [{number: 443, name: tls, protocol: TLS}]
      endpoints: [{address: 127.0.0.1, ports: {tls: %2$d}}]
    ---
    """
        .formatted(name, port);
  }

  private static String wild(String policy, String more) {
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: wild}
    spec:
      hosts: ['*.wild.example.com']
      location: MESH_EXTERNAL
      resolution: NONE
      ports: [{number: 443, name: tls, protocol: TLS}]
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: wild}
    spec:
      hosts: ['*.wild.example.com']
      tls:
      %2$s
      - match: [{port: 443, sniHosts: [a.wild.example.com]}]
        route: [{destination: {host: one.example.com}}]
    ---
    apiVersion: networking.istio.io/v1
    kind: Sidecar
    metadata: {name: default}
    spec: {outboundTrafficPolicy: {mode: %1$s}}
    """
        .formatted(policy, more);
  }

  private String ask(String host) {
    return caller.ask("count 3 tls " + host + " 443", "tally ");
  }

  private void until(String host, String tally) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ask(host), tally::equals);
  }

  @Test
  void theNameDecides() throws IOException {
    Keytool.Pair pair = new Keytool(folder).make("server", NAMES, 10);
    mesh.configure(
        "services.yaml",
        service("one", server("one", pair.store())) + service("two", server("two", pair.store())));
    String any =
        """
        - match: [{sniHosts: ['*.wild.example.com']}]
            route: [{destination: {host: two.example.com}}]\
        """;
    mesh.configure("wild.yaml", wild("ALLOW_ANY", any));
    Path hosts = folder.resolve("hosts");
    Files.writeString(
        hosts, "127.0.0.9 a.wild.example.com b.wild.example.com one.example.com localhost\n");
    Map<String, String> own = new HashMap<>(mesh.identity("caller"));
    own.put("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
    caller = mesh.start("caller", "v1", own, TcpCaller.class, pair.store().toString());

    // Its own first: without a rule, a service's endpoints.
    until("one.example.com", "tally total=3 one=3");
    // The more exact name wins, although it comes later.
    until("a.wild.example.com", "tally total=3 one=3");
    assertThat(ask("b.wild.example.com")).isEqualTo("tally total=3 two=3");

    // What the rule does not name goes where the application connects, if that is allowed.
    mesh.configure("wild.yaml", wild("ALLOW_ANY", ""));
    until("b.wild.example.com", "tally total=3 ConnectException=3");
    assertThat(caller.ask("open b tls b.wild.example.com 443", "failed ")).doesNotContain("mesh: ");
    mesh.configure("wild.yaml", wild("REGISTRY_ONLY", ""));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> caller.ask("open b tls b.wild.example.com 443", "failed "),
            "failed java.net.ConnectException: mesh: no route: b.wild.example.com"::equals);
    assertThat(ask("a.wild.example.com")).isEqualTo("tally total=3 one=3");
  }
}
