package dev.weft.engine.limit;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A token bucket without a lock and without a timer: all there is to know of it is the moment at
 * which it was, or will have been, empty.
 */
final class Bucket {

  private static final AtomicLongFieldUpdater<Bucket> EMPTY_AT =
      AtomicLongFieldUpdater.newUpdater(Bucket.class, "emptyAt");

  private final Rate rate;
  private volatile long emptyAt;

  /** Full. */
  Bucket(Rate rate, long now) {
    this.rate = rate;
    this.emptyAt = rate.at(now) - rate.full();
  }

  /** Takes a token, if there is one. */
  boolean take(long now) {
    long time = rate.at(now);
    while (true) {
      long before = emptyAt;
      long level = Math.min(time - before, rate.full());
      if (level < rate.cost()) {
        return false;
      }
      if (EMPTY_AT.compareAndSet(this, before, time - level + rate.cost())) {
        return true;
      }
    }
  }

  /** Whole tokens. */
  long remaining(long now) {
    return Math.max(0, level(now)) / rate.cost();
  }

  /** Seconds until there is a token, rounded up; 0: there is one. */
  long secondsToNext(long now) {
    return rate.seconds(Math.max(0, rate.cost() - level(now)));
  }

  long maxTokens() {
    return rate.maxTokens();
  }

  boolean isFull(long now) {
    return level(now) >= rate.full();
  }

  /** Units; below zero for a clock that is behind another thread's. */
  private long level(long now) {
    return Math.min(rate.at(now) - emptyAt, rate.full());
  }
}
