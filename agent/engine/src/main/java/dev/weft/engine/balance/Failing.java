package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;

/** How one endpoint fails, and whether it is ejected for it. */
final class Failing {

  final AtomicInteger responses = new AtomicInteger();
  final AtomicInteger gateway = new AtomicInteger();
  final AtomicInteger local = new AtomicInteger();
  private volatile boolean ejected;
  // Guarded by the detector.
  private long ejectedAt;
  private long jitter;
  private int times; // in a row
  private boolean cameBack;
  private long backSince;

  boolean isEjected() {
    return ejected;
  }

  /** How often it was ejected, less the intervals in which it has served since. */
  int times() {
    return times;
  }

  void eject(long now, long nanosMore, boolean longer) {
    ejected = true;
    ejectedAt = now;
    jitter = nanosMore;
    if (longer) {
      times++;
    }
  }

  void forgive() {
    ejected = false;
    times = 0;
    clear();
  }

  boolean isOver(long now, long nanos) {
    return now - ejectedAt >= nanos + jitter;
  }

  void comeBack(long now) {
    ejected = false;
    backSince = now;
    cameBack = true;
    clear();
  }

  private void clear() {
    clear(responses);
    clear(gateway);
    clear(local);
  }

  /** It has served for another interval. */
  void serve(long now, long interval) {
    if (!ejected && cameBack && times > 0 && now - backSince >= interval) {
      times--;
    }
  }

  /** Only written where it changes something: this is on the path of every response. */
  static void clear(AtomicInteger count) {
    if (count.get() != 0) {
      count.set(0);
    }
  }
}
