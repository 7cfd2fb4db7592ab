package dev.weft.xds.decode;

import dev.weft.xds.proto.Percent;
import org.jspecify.annotations.Nullable;

/** Numbers within their bounds. */
final class Numbers {

  private Numbers() {}

  /** The value, when it is at least this and fits. */
  static int from(int least, long value, Where where) throws InvalidResourceException {
    if (value < least || value > Integer.MAX_VALUE) {
      throw where.refuse(value + " (expected: " + least + " to " + Integer.MAX_VALUE + ")");
    }
    return (int) value;
  }

  /** A port. */
  static int port(@Nullable Long value, Where where) throws InvalidResourceException {
    if (value == null || value < 1 || value > 65_535) {
      throw where.refuse(value + " (expected: 1 to 65535)");
    }
    return value.intValue();
  }

  /** A percentage, or what stands for an absent one. */
  static double percent(@Nullable Percent percent, double otherwise, Where where)
      throws InvalidResourceException {
    double value = percent == null ? otherwise : percent.value();
    if (!(value >= 0 && value <= 100)) { // as NaN is not
      throw where.refuse(value + " (expected: 0 to 100)");
    }
    return value;
  }
}
