package dev.weft.xds;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Jittered exponential back-off. */
public final class Backoff {

  private final Duration first;
  private final Duration last;
  private final RandomGenerator random;
  private int failures;

  public Backoff(Duration first, Duration last, RandomGenerator random) {
    this.first = first;
    this.last = last;
    this.random = random;
  }

  /** How long to wait now: from half of, to the whole of what doubles with every failure. */
  public Duration next() {
    long most = last.toMillis();
    long step = failures >= 30 ? most : Math.min(most, first.toMillis() << failures);
    failures++;
    return Duration.ofMillis(step / 2 + random.nextLong(step / 2 + 1));
  }

  public void succeeded() {
    failures = 0;
  }
}
