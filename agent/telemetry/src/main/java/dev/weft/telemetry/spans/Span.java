package dev.weft.telemetry.spans;

import dev.weft.engine.telemetry.SpanContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A span that is over.
 *
 * @param endEpochNanos since 1970
 * @param attributes of strings and longs
 * @param error what went wrong (empty: not known), or null when nothing did
 */
record Span(
    SpanContext context,
    Kind kind,
    String name,
    long startEpochNanos,
    long endEpochNanos,
    List<Map.Entry<String, Object>> attributes,
    @Nullable String error) {

  enum Kind {
    SERVER(2),
    CLIENT(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** As OTLP numbers it. */
    int number() {
      return number;
    }
  }
}
