package dev.weft.bookinfo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spans as exporters send them, and the traces they make. */
final class TraceSinkTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PAGE = "b7ad6b7169203331";
  private static final String REVIEWS = "00f067aa0ba902b7";

  private TraceSink sink;

  @BeforeEach
  void start() throws Exception {
    sink = TraceSink.start();
  }

  @AfterEach
  void stop() {
    sink.close();
  }

  @Test
  void spansOfSeveralServicesMakeOneConnectedTrace() throws Exception {
    assertThat(post(request("productpage", span(PAGE, "")), "identity")).isEqualTo(200);
    assertThat(post(gzip(request("reviews", span(REVIEWS, PAGE))), "gzip")).isEqualTo(200);

    assertThat(sink.traces().spanning(Set.of("productpage", "reviews")))
        .contains(new Traces.Trace(TRACE, 2, Set.of("productpage", "reviews"), true));
    assertThat(sink.traces().spanning(Set.of("productpage", "ratings"))).isEmpty();
    assertThat(sink.traces().count()).isEqualTo(1);
    assertThat(sink.traces().connected()).isEqualTo(1);
  }

  @Test
  void aTraceIsNotConnectedWhileAParentIsMissing() throws Exception {
    post(request("reviews", span(REVIEWS, PAGE)), "identity");

    assertThat(sink.traces().connected()).isZero();
    assertThat(sink.traces().spanning(Set.of("reviews"))).isEmpty();
  }

  @Test
  void refusesWhatIsNoExport() throws Exception {
    assertThat(post(new byte[] {0x0a, 0x7f, 0x01}, "identity")).isEqualTo(400);
    assertThat(sink.traces().count()).isZero();
  }

  private int post(byte[] body, String encoding) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(sink.endpoint().resolve("/v1/traces"))
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** ExportTraceServiceRequest, ResourceSpans, ScopeSpans; field numbers as in the protocol. */
  private static byte[] request(String service, byte[] span) {
    byte[] name = field(1, "service.name".getBytes(StandardCharsets.UTF_8));
    byte[] value = field(2, field(1, service.getBytes(StandardCharsets.UTF_8)));
    byte[] resource = field(1, field(1, concat(name, value)));
    byte[] scopeSpans = field(2, field(2, span));
    return field(1, concat(resource, scopeSpans));
  }

  /** A span with a kind (a varint) and a start (a fixed64) among the fields of interest. */
  private static byte[] span(String id, String parent) {
    byte[] kind = {6 << 3, 2};
    byte[] start = {7 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8};
    return concat(
        concat(field(1, hex(TRACE)), field(2, hex(id))),
        concat(concat(kind, start), field(4, hex(parent))));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** Contents of this test are shorter than 128 bytes: their length is one byte. */
  private static byte[] field(int number, byte[] content) {
    return concat(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }
}
