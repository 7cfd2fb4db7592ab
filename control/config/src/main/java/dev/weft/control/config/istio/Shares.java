package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import org.jspecify.annotations.Nullable;

/** Percentages as millionths, which is what Envoy draws by. */
final class Shares {

  static final int ONE_PERCENT = 10_000;

  private Shares() {}

  /** Null where none is written; a percentage without a value is zero. */
  static @Nullable Integer read(ObjectReader object, String field) {
    if (!object.has(field)) {
      return null;
    }
    String value = object.object(field).text("value");
    // Cut off as istiod does it, in doubles.
    return value.isEmpty() ? 0 : (int) (Double.parseDouble(value) * ONE_PERCENT);
  }
}
