package dev.weft.telemetry.spans;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** An OTLP collector that reads with OpenTelemetry's own classes. */
final class Collector implements AutoCloseable {

  final List<ExportTraceServiceRequest> requests = new CopyOnWriteArrayList<>();
  final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
  final AtomicInteger answer = new AtomicInteger(200);
  final AtomicInteger asked = new AtomicInteger();
  private final HttpServer server;

  Collector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    boolean isZipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream raw = exchange.getRequestBody();
        InputStream in = isZipped ? new GZIPInputStream(raw) : raw) {
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(in);
      asked.incrementAndGet();
      if (answer.get() == 200) {
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        requests.add(request);
      }
    }
    exchange.sendResponseHeaders(answer.get(), -1);
    exchange.close();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
