package dev.weft.xds.decode;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code google.protobuf.Duration}. */
final class Durations {

  private static final long MOST_SECONDS = 315_576_000_000L;

  private Durations() {}

  /** Null for an absent one. */
  static @Nullable Duration of(dev.weft.xds.proto.@Nullable Duration duration, Where where)
      throws InvalidResourceException {
    if (duration == null) {
      return null;
    }
    long seconds = duration.seconds();
    int nanos = duration.nanos();
    if (seconds < 0 || seconds > MOST_SECONDS || nanos < 0 || nanos > 999_999_999) {
      throw where.refuse(seconds + "s " + nanos + "ns (expected: at least 0)");
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  /** The duration, or this when it is absent or zero. */
  static @Nullable Duration orIfZero(@Nullable Duration duration, @Nullable Duration other) {
    return duration == null || duration.isZero() ? other : duration;
  }
}
