package dev.weft.bookinfo.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.zip.GZIPInputStream;

/** A collector of spans: OTLP over HTTP with protobuf, on an ephemeral loopback port. */
final class TraceSink implements AutoCloseable {

  private final HttpServer server;
  private final Traces traces = new Traces();

  private TraceSink(HttpServer server) {
    this.server = server;
  }

  static TraceSink start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TraceSink sink = new TraceSink(server);
    server.createContext("/v1/traces", sink::export);
    server.start();
    return sink;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Traces traces() {
    return traces;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void export(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      try (InputStream body = body(exchange)) {
        traces.add(Otlp.spans(body.readAllBytes()));
      } catch (IllegalArgumentException e) {
        System.err.println("an export of spans cannot be read: " + e.getMessage());
        status = 400;
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    boolean zipped =
        "gzip".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    InputStream body = exchange.getRequestBody();
    return zipped ? new GZIPInputStream(body) : body;
  }
}
