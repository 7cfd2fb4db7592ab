package dev.weft.instrumentation.sockets.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.instrumentation.sockets.Content;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server. */
final class JdkServer implements Server {

  @Override
  public void start(int port, Path folder) throws IOException {
    Path file = Content.file(folder);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> handle(exchange, file));
    server.start();
  }

  private static void handle(HttpExchange exchange, Path file) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 16384)) {
        Content.serve(
            exchange.getRequestURI().getPath(),
            exchange.getRequestURI().getQuery(),
            exchange.getRequestBody(),
            out,
            file);
      }
    }
  }
}
