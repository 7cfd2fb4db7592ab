package dev.weft.telemetry.spans;

import java.util.List;
import java.util.Map;

/**
 * Writes an {@code ExportTraceServiceRequest} (opentelemetry-proto, trace/v1). The numbers are the
 * fields' of those files.
 */
final class OtlpEncoder {

  private static final int STATUS_ERROR = 2;

  private final Protobuf resource = new Protobuf();
  private final Protobuf scope = new Protobuf();

  OtlpEncoder(Map<String, String> attributes) {
    attributes.forEach((key, value) -> resource.message(1, attribute(key, value)));
    scope.text(1, "dev.weft");
  }

  byte[] encode(List<Span> spans) {
    Protobuf scopeSpans = new Protobuf();
    scopeSpans.message(1, scope);
    for (Span span : spans) {
      scopeSpans.message(2, span(span));
    }
    Protobuf resourceSpans = new Protobuf();
    resourceSpans.message(1, resource);
    resourceSpans.message(2, scopeSpans);
    Protobuf request = new Protobuf();
    request.message(1, resourceSpans);
    return request.toBytes();
  }

  private static Protobuf span(Span span) {
    Protobuf out = new Protobuf();
    out.id(1, span.context().traceHigh(), span.context().traceLow());
    out.id(2, span.context().span());
    if (span.context().parent() != 0) {
      out.id(4, span.context().parent());
    }
    out.text(5, span.name());
    out.number(6, span.kind().number());
    out.fixed64(7, span.startEpochNanos());
    out.fixed64(8, span.endEpochNanos());
    for (Map.Entry<String, Object> attribute : span.attributes()) {
      out.message(9, attribute(attribute.getKey(), attribute.getValue()));
    }
    String error = span.error();
    if (error != null) {
      Protobuf status = new Protobuf();
      status.text(2, error);
      status.number(3, STATUS_ERROR);
      out.message(15, status);
    }
    out.fixed32(16, 1); // sampled
    return out;
  }

  private static Protobuf attribute(String key, Object value) {
    Protobuf any = new Protobuf();
    if (value instanceof Long number) {
      any.number(3, number);
    } else {
      any.text(1, value.toString());
    }
    Protobuf pair = new Protobuf();
    pair.text(1, key);
    pair.message(2, any);
    return pair;
  }
}
