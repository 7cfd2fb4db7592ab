package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdminEndpointTest {

  private static final Log LOG = new Log(Setting.LogLevel.OFF, System.err);
  private static final Map<String, AdminEndpoint.Page> PAGES =
      Map.of("/page", new AdminEndpoint.Page("text/plain", () -> "täxt"));

  private static AdminEndpoint start(int port) throws IOException {
    return AdminEndpoint.start(
        InetSocketAddress.createUnresolved("127.0.0.1", port),
        PAGES,
        AdminEndpointTest::thread,
        LOG);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static String send(AdminEndpoint endpoint, String request) throws IOException {
    try (Socket socket =
        new Socket(endpoint.address().getAddress(), endpoint.address().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void servesItsPagesByGetAlone() throws IOException {
    try (AdminEndpoint endpoint = start(0)) {
      assertThat(send(endpoint, "GET /page?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 200 OK")
          .contains("Content-Length: 5")
          .endsWith("täxt");
      assertThat(send(endpoint, "GET /other HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
      assertThat(send(endpoint, "POST /page HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405");
      assertThat(send(endpoint, "\r\n\r\n")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void survivesHostileRequests() throws IOException {
    try (AdminEndpoint endpoint = start(0)) {
      send(endpoint, "GET /page HTTP/1.1\r\nX: ");
      send(endpoint, "");
      assertThat(send(endpoint, "GET /page HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void takesAnotherPortWhenItsOwnIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        AdminEndpoint endpoint = start(taken.getLocalPort())) {
      assertThat(endpoint.address().getPort()).isNotEqualTo(taken.getLocalPort());
      assertThat(send(endpoint, "GET /page HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
  }
}
