package dev.weft.control.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The service's own state over loopback HTTP, read-only: {@code /status} as JSON, {@code /metrics}
 * for Prometheus, {@code /ready}.
 */
final class AdminServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(AdminServer.class.getName());

  /** A page of a browser must not be able to read this through a name of its own. */
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final HttpServer server;
  private final ExecutorService thread;

  private AdminServer(HttpServer server, ExecutorService thread) {
    this.server = server;
    this.thread = thread;
  }

  private record Page(String type, Content content) {}

  private interface Content {
    String get() throws JsonProcessingException;
  }

  static AdminServer start(InetSocketAddress address, StatusReader status) throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread named = new Thread(task, "weft-admin");
              named.setDaemon(true);
              return named;
            });
    Map<String, Page> pages =
        Map.of(
            "/status", new Page("application/json", () -> StatusJson.write(status.read())),
            "/metrics",
                new Page("text/plain; version=0.0.4; charset=utf-8", () -> status.metrics()),
            "/ready", new Page("text/plain; charset=utf-8", () -> "ready\n"));
    server.createContext("/", exchange -> answer(exchange, pages));
    server.setExecutor(thread);
    server.start();
    return new AdminServer(server, thread);
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(HttpExchange exchange, Map<String, Page> pages) throws IOException {
    try (exchange) {
      Page page = pages.get(exchange.getRequestURI().getPath());
      if (!isLocal(exchange.getRequestHeaders().getFirst("Host"))) {
        send(exchange, 403, "expected: a request to localhost\n", "text/plain; charset=utf-8");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, "expected: GET\n", "text/plain; charset=utf-8");
      } else if (page == null) {
        send(exchange, 404, "expected: /status, /metrics or /ready\n", "text/plain; charset=utf-8");
      } else {
        send(exchange, 200, page.content.get(), page.type);
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "answering " + exchange.getRequestURI(), e);
    }
  }

  private static boolean isLocal(@Nullable String host) {
    return host != null && HOSTS.contains(host.replaceFirst(":\\d+$", ""));
  }

  private static void send(HttpExchange exchange, int status, String body, String type)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
