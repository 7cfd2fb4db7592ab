package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.TcpCaller;
import dev.weft.e2e.app.TcpEcho;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Connections without requests to servers that are gone, busy or enough. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TcpLimitsTest {

  @TempDir static Path folder;
  private final Mesh mesh = new Mesh();
  private final int metrics = Ports.free();
  private Jvm server;
  private Jvm caller;

  @BeforeAll
  void start() throws IOException {
    List<String> command =
        List.of(
            "-cp", System.getProperty("java.class.path"), TcpEcho.class.getName(), "one", "-", "0");
    server = Jvm.start("outside", Map.of(), command); // nobody of the mesh
    server.await("ready");
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, "127.0.0.9 dying few late localhost\n");
    Map<String, String> own = new HashMap<>(mesh.identity("caller", metrics));
    own.put("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
    caller = mesh.start("caller", "v1", own, TcpCaller.class, "-");
  }

  @AfterAll
  void stop() {
    server.close();
    mesh.close();
  }

  private static String service(String host, String policy, Integer... ports) {
    StringBuilder endpoints = new StringBuilder();
    for (int port : ports) {
      endpoints.append("  - {address: 127.0.0.1, ports: {tcp: ").append(port).append("}}\n");
    }
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: %1$s}
    spec:
      hosts: [%1$s.default.svc.cluster.local]
      location: MESH_EXTERNAL
      resolution: STATIC
      ports: [{number: 9000, name: tcp, protocol: TCP}]
      endpoints:
    %2$s
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: %1$s}
    spec:
      host: %1$s
      trafficPolicy: %3$s
    """
        .formatted(host, endpoints, policy);
  }

  private String open(String id, String kind, String host) {
    return caller.ask("open " + id + " " + kind + " " + host + " 9000", "opened ", "failed ");
  }

  private void awaitOpened(String host) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> open("first", "socket", host).startsWith("opened "));
    caller.ask("close first", "closed ");
  }

  @Test
  void whoeverIsGoneIsEjectedAfterAFewConnections() throws IOException {
    int dead = Ports.free();
    String policy =
        """
        {loadBalancer: {simple: ROUND_ROBIN},
         outlierDetection: {consecutive5xxErrors: 2, interval: 1s, baseEjectionTime: 60s,
          maxEjectionPercent: 100}}
        """
            .replace("\n", " ");
    mesh.configure("dying.yaml", service("dying", policy, server.port(), dead));
    awaitOpened("dying");
    Tally after = Tally.of(caller.ask("count 30 socket dying 9000", "tally "));
    assertThat(after.answers().get("one")).as("%s", after).isGreaterThanOrEqualTo(28);
    after = Tally.of(caller.ask("count 30 channel dying 9000", "tally "));
    assertThat(after.answers()).isEqualTo(Map.of("one", 30L));
    double unreached =
        Metrics.sum(
            metrics,
            "istio_tcp_connections_closed_total",
            "destination_service=\"dying.default.svc.cluster.local\"",
            "response_flags=\"UF,URX\"");
    assertThat(unreached).isEqualTo(2);
  }

  @Test
  void noMoreConnectionsThanThereMayBe() throws IOException {
    String policy = "{connectionPool: {tcp: {maxConnections: 2}}}";
    mesh.configure("few.yaml", service("few", policy, server.port()));
    awaitOpened("few");
    assertThat(open("one", "socket", "few")).startsWith("opened ");
    assertThat(open("two", "channel", "few")).startsWith("opened ");
    String cluster = "outbound|9000||few.default.svc.cluster.local";
    assertThat(open("three", "socket", "few"))
        .isEqualTo("failed java.net.ConnectException: mesh: overflow: " + cluster);
    caller.ask("close one", "closed ");
    assertThat(open("three", "asynchronous", "few")).startsWith("opened ");
    assertThat(caller.ask("say two hello", "answer ", "failed ")).isEqualTo("answer one hello");
    caller.ask("close two", "closed ");
    caller.ask("close three", "closed ");
    double refused =
        Metrics.sum(
            metrics,
            "istio_tcp_connections_opened_total",
            "destination_service=\"few.default.svc.cluster.local\"",
            "response_flags=\"UO\"");
    assertThat(refused).isEqualTo(1);
    assertThat(Metrics.sum(metrics, "weft_connections_open")).isZero();
  }

  @Test
  void whoeverDoesNotAnswerInTimeIsGivenUp() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> queue = fill(busy);
      String policy = "{connectionPool: {tcp: {connectTimeout: 300ms}}}";
      mesh.configure("late.yaml", service("late", policy, busy.getLocalPort()));
      String refusals = "weft_connections_refused_total";
      String late = "reason=\"connect timeout\"";
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  open("late", "socket", "late").startsWith("failed ")
                      && Metrics.sum(metrics, refusals, late) > 0);
      double before = Metrics.sum(metrics, refusals, late);
      for (String kind : List.of("socket", "channel", "asynchronous")) {
        long begin = System.nanoTime();
        assertThat(open("late", kind, "late")).as(kind).startsWith("failed ");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
            .as(kind)
            .isBetween(Duration.ofMillis(250), Duration.ofSeconds(5));
      }
      assertThat(Metrics.sum(metrics, refusals, late)).isEqualTo(before + 3);
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  /** Connects until the kernel does not answer any more. */
  private static List<Socket> fill(ServerSocket server) throws IOException {
    List<Socket> queue = new ArrayList<>();
    while (queue.size() < 100) {
      Socket socket = new Socket();
      queue.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 300);
      } catch (SocketTimeoutException e) {
        return queue;
      }
    }
    throw new IOException("the queue takes everybody");
  }
}
