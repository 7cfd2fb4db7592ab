package dev.weft.telemetry.spans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.weft.engine.telemetry.SpanContext;
import dev.weft.telemetry.Report;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanExportTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.000000123Z");

  private final Collector collector = new Collector();
  private final List<String> log = new ArrayList<>();

  @AfterEach
  void stop() {
    collector.close();
  }

  private SpanQueue queue(URI endpoint, boolean compressed) {
    OtlpSettings settings =
        new OtlpSettings(
            endpoint,
            Map.of("x-api-key", "secret"),
            Duration.ofSeconds(5),
            compressed,
            Map.of("service.name", "shop"));
    return new SpanQueue(settings, log::add);
  }

  private static Map<String, String> attributes(List<KeyValue> pairs) {
    Map<String, String> all = new HashMap<>();
    for (KeyValue pair : pairs) {
      boolean isText = pair.getValue().hasStringValue();
      all.put(
          pair.getKey(),
          isText ? pair.getValue().getStringValue() : "" + pair.getValue().getIntValue());
    }
    return all;
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  @Test
  void sendsSpansThatOpenTelemetryReads() {
    SpanQueue queue = queue(collector.endpoint(), true);
    queue.start();
    SpanRecorder recorder = new SpanRecorder(queue, () -> NOW, 0);
    SpanContext parent = new SpanContext(0x0102030405060708L, 0x090a0b0c0d0e0f10L, 42, 0, true);
    SpanContext span = new SpanContext(parent.traceHigh(), parent.traceLow(), -2, 42, true);
    recorder.record(Report.outbound(503, Duration.ofMillis(5)).withSpan(span));
    recorder.record(
        Report.outbound(200, Duration.ofMillis(5))
            .withSpan(new SpanContext(1, 2, 3, 0, false))); // not sampled
    recorder.record(Report.inboundGrpc("5", Duration.ofMillis(1)).withSpan(parent));
    queue.stop(Duration.ofSeconds(10));
    assertThat(queue.sent()).isEqualTo(2);
    assertThat(queue.dropped()).isZero();
    assertThat(collector.headers.get(0)).containsEntry("X-api-key", List.of("secret"));

    ResourceSpans resource = collector.requests.get(0).getResourceSpans(0);
    assertThat(attributes(resource.getResource().getAttributesList()))
        .containsExactly(entry("service.name", "shop"));
    Span client = resource.getScopeSpans(0).getSpans(0);
    assertThat(client.getTraceId())
        .isEqualTo(bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    assertThat(client.getSpanId()).isEqualTo(bytes(-1, -1, -1, -1, -1, -1, -1, -2));
    assertThat(client.getParentSpanId()).isEqualTo(bytes(0, 0, 0, 0, 0, 0, 0, 42));
    assertThat(client.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(client.getName()).isEqualTo("GET reviews");
    assertThat(client.getStatus().getCodeValue()).isEqualTo(2);
    long end = NOW.getEpochSecond() * 1_000_000_000 + NOW.getNano() + 100 + 5_000_000;
    assertThat(client.getEndTimeUnixNano()).isEqualTo(end);
    assertThat(client.getStartTimeUnixNano()).isEqualTo(end - 5_000_000);
    assertThat(attributes(client.getAttributesList()))
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.response.status_code", "503")
        .containsEntry("url.full", "http://reviews:9080/reviews/7?x=1")
        .containsEntry("server.address", "reviews")
        .containsEntry("server.port", "9080")
        .containsEntry("network.peer.address", "10.0.0.7")
        .containsEntry("peer.service", "reviews");

    Span server = resource.getScopeSpans(0).getSpans(1);
    assertThat(server.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(server.getName()).isEqualTo("bookinfo.Ratings/Get");
    assertThat(server.getParentSpanId().isEmpty()).isTrue();
    assertThat(attributes(server.getAttributesList()))
        .containsEntry("rpc.system", "grpc")
        .containsEntry("rpc.service", "bookinfo.Ratings")
        .containsEntry("rpc.method", "Get")
        .containsEntry("rpc.grpc.status_code", "5");
  }

  @Test
  void triesAgainWhenTheCollectorIsBusy() {
    collector.answer.set(503);
    SpanQueue queue = queue(collector.endpoint(), false);
    queue.start();
    record(queue, 1);
    await().atMost(Duration.ofSeconds(10)).until(() -> collector.asked.get() > 0);
    collector.answer.set(200);
    await().atMost(Duration.ofSeconds(10)).until(() -> queue.sent() == 1);
    queue.stop(Duration.ofSeconds(5));
    assertThat(log).hasSize(1);
  }

  @Test
  void givesUpWhatTheCollectorRefuses() {
    collector.answer.set(400);
    SpanQueue queue = queue(collector.endpoint(), false);
    queue.start();
    record(queue, 3);
    queue.stop(Duration.ofSeconds(10));
    assertThat(queue.dropped()).isEqualTo(3);
    assertThat(collector.asked.get()).isEqualTo(1);
  }

  @Test
  void stopsInTimeWithoutACollectorAndCountsWhatIsLost() {
    SpanQueue queue = queue(URI.create("http://127.0.0.1:1/v1/traces"), false);
    queue.start();
    record(queue, 5000); // more than the queue holds
    queue.stop(Duration.ofSeconds(10));
    assertThat(queue.sent()).isZero();
    assertThat(queue.dropped()).isEqualTo(5000);
    assertThat(log).hasSize(1).first().asString().contains("spans cannot be sent");
  }

  private static void record(SpanQueue queue, int spans) {
    SpanRecorder recorder = new SpanRecorder(queue, () -> NOW, 0);
    for (int i = 0; i < spans; i++) {
      SpanContext context = new SpanContext(1, 2, i + 1, 0, true);
      recorder.record(Report.outbound(200, Duration.ZERO).withSpan(context));
    }
  }

  @Test
  void textIsUtf8() {
    Protobuf out = new Protobuf();
    out.text(1, "é".repeat(300));
    assertThat(out.toBytes()).hasSize(1 + 2 + 600);
    assertThat(new String(out.toBytes(), 3, 600, StandardCharsets.UTF_8))
        .isEqualTo("é".repeat(300));
  }
}
