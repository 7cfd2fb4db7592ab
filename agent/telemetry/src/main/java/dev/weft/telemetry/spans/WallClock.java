package dev.weft.telemetry.spans;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns the engine's monotonic time into time since 1970. The two are compared anew every now and
 * then: they drift apart, and the wall clock may be set.
 */
final class WallClock {

  private static final long AGAIN_NANOS = 10_000_000_000L;

  private final InstantSource wall;
  private final AtomicLong compared = new AtomicLong();
  private volatile long offset; // of wall time to monotonic time

  /**
   * @param now monotonic
   */
  WallClock(InstantSource wall, long now) {
    this.wall = wall;
    compare(now);
  }

  private void compare(long now) {
    Instant instant = wall.instant();
    offset = instant.getEpochSecond() * 1_000_000_000L + instant.getNano() - now;
    compared.set(now);
  }

  /**
   * @param now monotonic, not long ago
   */
  long epochNanos(long now) {
    if (now - compared.get() > AGAIN_NANOS) {
      compare(now);
    }
    return now + offset;
  }
}
