package dev.weft.engine.telemetry;

import dev.weft.bridge.Headers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Zipkin's headers, for callers and applications that do not speak W3C Trace Context. */
public enum B3 {
  /** None were there; none are written. */
  ABSENT,
  /** One header, {@code b3}. */
  SINGLE,
  /** {@code x-b3-traceid} and its kin. */
  MULTIPLE;

  /** Which of them a request has. */
  public static B3 of(Headers headers) {
    if (headers.first("x-b3-traceid") != null) {
      return MULTIPLE;
    }
    return headers.first("b3") != null ? SINGLE : ABSENT;
  }

  /** Reads them; null when they say nothing of a span. */
  public @Nullable SpanContext read(Headers headers) {
    return switch (this) {
      case ABSENT -> null;
      case SINGLE -> single(headers.first("b3"));
      case MULTIPLE ->
          parse(
              headers.first("x-b3-traceid"),
              headers.first("x-b3-spanid"),
              sampled(headers.first("x-b3-sampled"), headers.first("x-b3-flags")));
    };
  }

  // {trace}-{span}-{sampled}-{parent}; or only a decision, which names no span.
  private static @Nullable SpanContext single(@Nullable String header) {
    String[] parts = header == null ? new String[0] : header.split("-", -1);
    if (parts.length < 2) {
      return null;
    }
    return parse(parts[0], parts[1], parts.length < 3 || !parts[2].equals("0"));
  }

  private static boolean sampled(@Nullable String sampled, @Nullable String flags) {
    return "1".equals(flags) || sampled == null || "1".equals(sampled) || "true".equals(sampled);
  }

  private static @Nullable SpanContext parse(
      @Nullable String trace, @Nullable String span, boolean sampled) {
    if (trace == null || span == null || span.length() != 16) {
      return null;
    }
    try {
      if (trace.length() == 16) {
        return context(0, SpanContext.hex(trace, 0), SpanContext.hex(span, 0), sampled);
      }
      return trace.length() != 32
          ? null
          : context(
              SpanContext.hex(trace, 0),
              SpanContext.hex(trace, 16),
              SpanContext.hex(span, 0),
              sampled);
    } catch (NumberFormatException e) {
      return null; // not ours to judge: the trace begins anew
    }
  }

  private static @Nullable SpanContext context(long high, long low, long span, boolean sampled) {
    return (high | low) == 0 || span == 0 ? null : new SpanContext(high, low, span, 0, sampled);
  }

  /** The headers that tell of this span. */
  public List<Map.Entry<String, String>> write(SpanContext context) {
    String sampled = context.sampled() ? "1" : "0";
    return switch (this) {
      case ABSENT -> List.of();
      case SINGLE ->
          List.of(Map.entry("b3", context.traceId() + "-" + context.spanId() + "-" + sampled));
      case MULTIPLE ->
          List.of(
              Map.entry("x-b3-traceid", context.traceId()),
              Map.entry("x-b3-spanid", context.spanId()),
              Map.entry("x-b3-sampled", sampled));
    };
  }
}
