package dev.weft.control.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A few pages over HTTP, read-only. */
final class HttpPages implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(HttpPages.class.getName());

  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";
  static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  /** Somebody who is slow must not keep the others waiting. */
  private static final int AT_ONCE = 4;

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpPages(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  record Page(int status, String type, String body) {
    static Page text(int status, String body) {
      return new Page(status, TEXT, body);
    }
  }

  /** What a page says at this moment. */
  interface Content {
    Page get() throws IOException;
  }

  /**
   * Begins to serve.
   *
   * @param pages by path
   * @param hosts which {@code Host} headers are answered
   */
  static HttpPages start(
      InetSocketAddress address, Map<String, Content> pages, Predicate<@Nullable String> hosts)
      throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            AT_ONCE,
            task -> {
              Thread named = new Thread(task, "weft-pages");
              named.setDaemon(true);
              return named;
            });
    Map<String, Content> all = new TreeMap<>(pages);
    server.createContext("/", exchange -> answer(exchange, all, hosts));
    server.setExecutor(threads);
    server.start();
    return new HttpPages(server, threads);
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(
      HttpExchange exchange, Map<String, Content> pages, Predicate<@Nullable String> hosts)
      throws IOException {
    try (exchange) {
      Content content = pages.get(exchange.getRequestURI().getPath());
      if (!hosts.test(exchange.getRequestHeaders().getFirst("Host"))) {
        send(exchange, Page.text(403, "expected: a request to localhost\n"));
      } else if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, Page.text(405, "expected: GET\n"));
      } else if (content == null) {
        send(exchange, Page.text(404, "expected: " + String.join(", ", pages.keySet()) + "\n"));
      } else {
        send(exchange, content.get());
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "answering " + exchange.getRequestURI(), e);
    }
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    byte[] bytes = page.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", page.type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(page.status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
