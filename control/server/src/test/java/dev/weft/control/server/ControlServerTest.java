package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.server.status.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a file and two agents to what one of them is told, over a restart as well. */
class ControlServerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory = Path.of(".");

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectories(directory.resolve("config"));
  }

  private ControlServer start() throws IOException {
    return ControlServer.start(settings(loopback(0)));
  }

  private ControlSettings settings(InetSocketAddress listen) {
    return new ControlSettings(
        directory.resolve("config"), listen, loopback(0), directory.resolve("state"), null);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static HttpResponse<String> get(ControlServer server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + path))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static Status status(ControlServer server) throws Exception {
    return StatusJson.read(get(server, "/status").body());
  }

  @Test
  void anAgentLearnsOfAnotherAndOfItsDeparture() throws Exception {
    try (ControlServer server = start();
        TestAgent reviews = new TestAgent(server.address(), "r1", "reviews", 9080);
        TestAgent client = new TestAgent(server.address(), "c1", "client", 8080)) {
      client.use("reviews:9080");
      Awaitility.await().atMost(PATIENCE).until(() -> client.knows("reviews:9080"));
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(status(server).workloads())
                      .extracting(it -> it.name() + " " + it.connected() + " " + it.sync())
                      .containsExactly("client true SYNCED", "reviews true SYNCED"));
      assertThat(reviews.answers.poll(20, TimeUnit.SECONDS)).matches(it -> it.hasLease());
      reviews.withdraw();
      assertThat(reviews.answers.poll(20, TimeUnit.SECONDS)).matches(it -> it.hasWithdrawn());
      // Not before everybody knows.
      assertThat(client.knows("reviews:9080")).isFalse();
    }
  }

  @Test
  void aRestartTakesNobodyOutOfService() throws Exception {
    InetSocketAddress address;
    try (ControlServer server = start();
        TestAgent reviews = new TestAgent(server.address(), "r1", "reviews", 9080)) {
      assertThat(reviews.answers.poll(20, TimeUnit.SECONDS)).isNotNull();
      address = server.address();
    }
    try (ControlServer server = ControlServer.start(settings(address));
        TestAgent client = new TestAgent(server.address(), "c1", "client", 8080)) {
      client.use("reviews:9080");
      Awaitility.await().atMost(PATIENCE).until(() -> client.knows("reviews:9080"));
      assertThat(status(server).workloads())
          .filteredOn(it -> it.name().equals("reviews"))
          .extracting(Status.WorkloadState::connected)
          .containsExactly(false);
    }
  }

  @Test
  void changesOfFilesAndWhatIsWrongWithThemShowInTheStatus() throws Exception {
    try (ControlServer server = start()) {
      Files.writeString(directory.resolve("config/bad.yaml"), "kind: [\n");
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(status(server).configuration().findings())
                      .extracting(it -> it.file() + " " + it.severity())
                      .containsExactly("bad.yaml error"));
      assertThat(get(server, "/metrics").body())
          .contains("weft_control_findings{severity=\"error\"} 1\n");
    }
  }

  @Test
  void theAdminPageIsReadOnlyAndLocal() throws Exception {
    try (ControlServer server = start()) {
      assertThat(get(server, "/ready").statusCode()).isEqualTo(200);
      assertThat(get(server, "/../etc/passwd").statusCode()).isEqualTo(404);
      assertThat(raw(server, "GET /status HTTP/1.1\r\nHost: evil.example\r\n")).contains(" 403 ");
      assertThat(raw(server, "POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"))
          .contains(" 405 ");
    }
    assertThatThrownBy(
            () ->
                new ControlSettings(
                    directory, loopback(0), new InetSocketAddress("0.0.0.0", 0), directory, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a loopback address");
  }

  private static String raw(ControlServer server, String head) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.adminAddress().getPort())) {
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aPortThatIsTakenLeavesNothingBehind() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> ControlServer.start(settings(loopback(taken.getLocalPort()))))
          .isInstanceOf(IOException.class);
    }
    // The state directory is free again, too.
    start().close();
  }

  @Test
  void itStopsWithinASecondAlthoughAgentsAreConnected() throws Exception {
    ControlServer server = start();
    try (TestAgent agent = new TestAgent(server.address(), "r1", "reviews", 9080)) {
      assertThat(agent.answers.poll(20, TimeUnit.SECONDS)).isNotNull();
      long before = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }
  }
}
