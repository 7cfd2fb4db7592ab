package dev.weft.engine.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many requests began within the last interval, as Envoy's retry budget counts them: a tenth of
 * the interval at a time, each of which is forgotten an interval after it has passed. It has no
 * timer: time is looked at when somebody counts.
 */
final class RecentRequests {

  private static final int PARTS = 10;
  private static final int COUNT_BITS = 32;
  private static final long COUNT = (1L << COUNT_BITS) - 1;

  private final Duration interval;
  private final long part;
  private final long start;

  // For each part that counts, and the one that runs: which it is, and how many.
  private final AtomicLongArray cells = new AtomicLongArray(PARTS + 1);

  /**
   * @param interval above 0
   * @param now monotonic nanoseconds
   */
  RecentRequests(Duration interval, long now) {
    this.interval = interval;
    this.part = Math.max(1, interval.toNanos() / PARTS);
    this.start = now;
  }

  boolean isOf(Duration other) {
    return interval.equals(other);
  }

  void began(long now) {
    long turn = turn(now);
    int index = index(turn);
    long cell;
    long next;
    do {
      cell = cells.get(index);
      next = isOf(cell, turn) ? cell + 1 : stamp(turn) | 1;
    } while (!cells.compareAndSet(index, cell, next));
  }

  long count(long now) {
    long turn = turn(now);
    long count = 0;
    for (long past = turn - PARTS; past <= turn; past++) {
      long cell = cells.get(index(past));
      count += isOf(cell, past) ? cell & COUNT : 0;
    }
    return count;
  }

  private long turn(long now) {
    return (now - start) / part;
  }

  private static int index(long turn) {
    return (int) Math.floorMod(turn, (long) PARTS + 1);
  }

  // Cells begin as of turn 0, with a count of 0.
  private static boolean isOf(long cell, long turn) {
    return (cell & ~COUNT) == stamp(turn);
  }

  private static long stamp(long turn) {
    return turn << COUNT_BITS;
  }
}
