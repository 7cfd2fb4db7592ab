package dev.weft.testapps.bench.load;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a load met with: the latency of every answer, and failures. */
public final class Measured {

  private long[] nanos = new long[4096];
  private int answers;
  private long failures;
  private @Nullable String firstFailure;
  private Duration took = Duration.ZERO;
  private boolean sorted = true;

  void answered(long latencyNanos) {
    if (answers == nanos.length) {
      nanos = Arrays.copyOf(nanos, answers * 2);
    }
    nanos[answers++] = latencyNanos;
    sorted = false;
  }

  void failed(String what) {
    failures++;
    if (firstFailure == null) {
      firstFailure = what;
    }
  }

  void add(Measured other) {
    for (int i = 0; i < other.answers; i++) {
      answered(other.nanos[i]);
    }
    failures += other.failures;
    if (firstFailure == null) {
      firstFailure = other.firstFailure;
    }
  }

  void took(Duration duration) {
    took = duration;
  }

  public int answers() {
    return answers;
  }

  public long failures() {
    return failures;
  }

  public @Nullable String firstFailure() {
    return firstFailure;
  }

  /** Answers a second. */
  public double throughput() {
    return answers / (took.toNanos() / 1e9);
  }

  /** Milliseconds, by nearest rank; NaN without answers. */
  public double percentile(double percent) {
    if (answers == 0) {
      return Double.NaN;
    }
    if (!sorted) {
      Arrays.sort(nanos, 0, answers);
      sorted = true;
    }
    int rank = (int) Math.ceil(percent / 100 * answers);
    return nanos[Math.max(0, rank - 1)] / 1e6;
  }
}
