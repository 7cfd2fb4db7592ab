package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How many certificates one identity gets: a burst, and then so many per second. */
final class IssueLimit {

  private static final long NANOS = 1_000_000_000L;

  private final int burst;
  private final int perSecond;
  private final LongSupplier nanoTime;
  private final Map<SpiffeId, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    private double left;
    private long at;
  }

  /**
   * @param nanoTime a monotonic clock
   */
  IssueLimit(int burst, int perSecond, LongSupplier nanoTime) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  synchronized void take(SpiffeId id) throws RefusedException {
    long now = nanoTime.getAsLong();
    Bucket bucket =
        buckets.computeIfAbsent(
            id,
            any -> {
              Bucket full = new Bucket();
              full.left = burst;
              full.at = now;
              return full;
            });
    bucket.left = Math.min(burst, bucket.left + (double) (now - bucket.at) * perSecond / NANOS);
    bucket.at = now;
    if (bucket.left < 1) {
      throw new RefusedException(
          Kind.LIMIT,
          "too many certificates for "
              + id
              + " (expected: at most "
              + perSecond
              + " per second after the first "
              + burst
              + ")");
    }
    bucket.left--;
  }
}
