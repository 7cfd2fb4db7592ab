package dev.weft.engine.limit;

import dev.weft.engine.config.RateLimit.TokenBucket;

/**
 * What a token costs, in whole units of time, so that no token is ever lost to rounding: a unit is
 * a nanosecond divided by {@code scale}.
 *
 * @param maxTokens as configured
 * @param scale units in a nanosecond
 * @param cost units in which one token flows in
 * @param full units in which a bucket fills
 */
record Rate(long maxTokens, long scale, long cost, long full) {

  /** Of clocks whose readings wrap, so that a bucket may rest for four years at the least. */
  private static final long FINEST = 64;

  private static final long LONGEST = 1L << 61;

  static Rate of(TokenBucket bucket) {
    long nanos = bucket.fillInterval().toNanos();
    long tokens = bucket.tokensPerFill();
    long common = commonDivisor(nanos, tokens);
    double fullNanos = (double) nanos / tokens * bucket.maxTokens();
    long finest = (long) Math.max(1, Math.min(FINEST, LONGEST / fullNanos));
    long exact = tokens / common;
    boolean isFine = exact <= finest;
    long scale = isFine ? exact : finest;
    long cost = isFine ? nanos / common : Math.max(1, Math.round((double) nanos * scale / tokens));
    return new Rate(bucket.maxTokens(), scale, cost, Math.multiplyExact(cost, bucket.maxTokens()));
  }

  private static long commonDivisor(long one, long other) {
    return other == 0 ? one : commonDivisor(other, one % other);
  }

  /** A point in time in units; only differences mean something. */
  long at(long nanoTime) {
    return nanoTime * scale;
  }

  /** Seconds, rounded up. */
  long seconds(long units) {
    double seconds = units / (double) scale / 1e9;
    return (long) Math.ceil(seconds);
  }
}
