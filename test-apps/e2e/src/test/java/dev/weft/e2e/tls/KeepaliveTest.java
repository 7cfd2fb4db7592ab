package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Yaml;
import dev.weft.e2e.app.Caller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a DestinationRule has the kernel do for connections, as Linux shows it. */
class KeepaliveTest {

  // Of /proc/net/tcp: to whom, which timer runs, and when it is due.
  private static final int REMOTE = 2;
  private static final int TIMER = 5;
  private static final String KEEPALIVE = "02:";
  private static final int TICKS = 100; // of a second

  private final List<HttpServer> servers = new ArrayList<>();
  private Mesh mesh;

  @BeforeEach
  void start() {
    boolean linux = System.getProperty("os.name").equals("Linux");
    if (!linux) {
      System.out.println("SKIPPED: KeepaliveTest needs Linux, which shows its timers");
    }
    Assumptions.assumeTrue(linux);
    mesh = new Mesh();
  }

  @AfterEach
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
    servers.forEach(server -> server.stop(0));
  }

  /** A host of that name, and the port where it is. */
  private int host(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    servers.add(server);
    int port = server.getAddress().getPort();
    mesh.configure(
        name + ".yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s}
        spec:
          hosts: [%1$s]
          location: MESH_EXTERNAL
          resolution: DNS
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: %2$d}]
          endpoints: [{address: localhost}]
        """
            .formatted(name, port));
    return port;
  }

  /** Seconds until the kernel asks for a sign of life, of each connection to that port it does. */
  private static List<Integer> timers(int port) throws IOException {
    List<Integer> timers = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.strip().split("\\s+");
        String timer = columns[TIMER];
        if (columns[REMOTE].endsWith(":%04X".formatted(port)) && timer.startsWith(KEEPALIVE)) {
          timers.add(Integer.parseInt(timer.substring(KEEPALIVE.length()), 16) / TICKS);
        }
      }
    }
    return timers;
  }

  @Test
  void connectionsAreKeptAliveWhereARuleSaysSo() throws IOException {
    mesh.configure(
        "rule.yaml",
        Yaml.trafficPolicy(
            "kept.example.com", "connectionPool: {tcp: {tcpKeepalive: {time: 777s}}}\n"));
    int kept = host("kept.example.com");
    int plain = host("plain.example.com");
    Jvm caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
    ask(caller, "plain.example.com");
    ask(caller, "kept.example.com");
    assertThat(timers(kept)).singleElement().matches(it -> it > 700 && it <= 777);
    assertThat(timers(plain)).isEmpty();
  }

  private static void ask(Jvm caller, String host) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(caller.ask("get http://" + host + "/", "answer ", "failed "))
                    .startsWith("answer 204"));
  }
}
