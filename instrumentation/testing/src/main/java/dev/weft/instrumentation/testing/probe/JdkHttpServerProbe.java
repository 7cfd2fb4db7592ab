package dev.weft.instrumentation.testing.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.instrumentation.testing.ServerProbe;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** com.sun.net.httpserver with a pool of threads. */
public final class JdkHttpServerProbe implements ServerProbe {

  @Override
  public String library() {
    return "jdk-httpserver";
  }

  @Override
  public Running start(Handler handler) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", exchange -> handler.handle(new Adapted(exchange, threads)));
    server.start();
    return new Running() {
      @Override
      public InetSocketAddress address() {
        return server.getAddress();
      }

      @Override
      public void close() {
        server.stop(0);
        threads.shutdownNow();
      }
    };
  }

  private record Adapted(HttpExchange exchange, ExecutorService threads) implements Exchange {
    @Override
    public String method() {
      return exchange.getRequestMethod();
    }

    @Override
    public String target() {
      return exchange.getRequestURI().toString();
    }

    @Override
    public @Nullable String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    @Override
    public List<String> headers(String name) {
      List<String> values = exchange.getRequestHeaders().get(name);
      return values == null ? List.of() : values;
    }

    @Override
    public byte[] body() throws IOException {
      return exchange.getRequestBody().readAllBytes();
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] body) throws IOException {
      headers.forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }

    @Override
    public void respond(int status, List<byte[]> chunks) throws IOException {
      exchange.sendResponseHeaders(status, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        for (byte[] chunk : chunks) {
          out.write(chunk);
          out.flush();
        }
      }
    }

    @Override
    public void later(Task task) {
      threads.execute(
          () -> {
            try {
              task.run();
            } catch (IOException e) {
              exchange.close(); // what a careful handler does
            }
          });
    }
  }
}
