package dev.weft.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.engine.config.RateLimit.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of token buckets, on a clock that stands still. */
class BucketTest {

  /** Near the overflow of a long: only differences may mean something. */
  private static final long START = Long.MAX_VALUE - 1_000;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static Bucket bucket(long max, long tokens, Duration interval) {
    return new Bucket(Rate.of(new TokenBucket(max, tokens, interval)), START);
  }

  private static int takeAll(Bucket bucket, long now) {
    int taken = 0;
    while (taken <= 5_000_000 && bucket.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void isFullAtFirstAndFillsSteadily() {
    Bucket bucket = bucket(3, 1, Duration.ofSeconds(2));
    assertThat(bucket.remaining(START)).isEqualTo(3);
    assertThat(takeAll(bucket, START)).isEqualTo(3);
    assertThat(bucket.take(START + 2 * SECOND - 1)).isFalse();
    assertThat(bucket.take(START + 2 * SECOND)).isTrue();
    assertThat(bucket.take(START + 2 * SECOND)).isFalse();
    assertThat(takeAll(bucket, START + 5 * SECOND)).as("one, and half of one").isEqualTo(1);
    assertThat(bucket.take(START + 6 * SECOND)).as("the other half").isTrue();
  }

  @Test
  void neverHoldsMoreThanItsMost() {
    Bucket bucket = bucket(5, 5, Duration.ofSeconds(1));
    assertThat(takeAll(bucket, START)).isEqualTo(5);
    assertThat(bucket.isFull(START + SECOND - 1)).isFalse();
    assertThat(bucket.isFull(START + SECOND)).isTrue();
    assertThat(bucket.remaining(START + 1000 * SECOND)).isEqualTo(5);
    assertThat(takeAll(bucket, START + 1000 * SECOND)).isEqualTo(5);
  }

  @Test
  void saysWhenTheNextTokenComes() {
    Bucket bucket = bucket(1, 1, Duration.ofSeconds(3));
    assertThat(bucket.secondsToNext(START)).isZero();
    assertThat(bucket.take(START)).isTrue();
    assertThat(bucket.secondsToNext(START)).isEqualTo(3);
    assertThat(bucket.secondsToNext(START + 1)).isEqualTo(3);
    assertThat(bucket.secondsToNext(START + SECOND)).isEqualTo(2);
    assertThat(bucket.secondsToNext(START + 3 * SECOND - 1)).isEqualTo(1);
    assertThat(bucket.secondsToNext(START + 3 * SECOND)).isZero();
  }

  /** Over a long time exactly as many as configured, whatever does not divide. */
  @ParameterizedTest
  @CsvSource({"1,1000", "3,1000", "7,1000", "64,999", "1000,50", "99991,1000", "1000000,1000"})
  void losesNoTokenToRounding(long tokens, long millis) {
    Bucket bucket = bucket(tokens, tokens, Duration.ofMillis(millis));
    long now = START;
    long taken = takeAll(bucket, now);
    assertThat(taken).isEqualTo(tokens);
    for (int i = 0; i < 20; i++) {
      now += Duration.ofMillis(millis).toNanos();
      taken += takeAll(bucket, now);
    }
    double expected = 21.0 * tokens;
    assertThat((double) taken).isBetween(expected * (1 - 1e-4) - 1, expected * (1 + 1e-4));
    if (tokens <= 64) {
      assertThat((double) taken).isEqualTo(expected);
    }
  }

  @Test
  void rests() {
    Bucket bucket = bucket(2, 64, Duration.ofNanos(63 * SECOND + 1)); // the finest scale
    assertThat(takeAll(bucket, START)).isEqualTo(2);
    long years = Duration.ofDays(4 * 365).toNanos();
    assertThat(takeAll(bucket, START + years)).isEqualTo(2);
  }

  @Test
  void holdsVeryLargeAndSlowOnes() {
    Bucket bucket = bucket(1_000_000, 1_000_000, Duration.ofDays(49 * 365));
    assertThat(takeAll(bucket, START)).isEqualTo(1_000_000);
    assertThat(bucket.take(START + Duration.ofDays(1).toNanos())).isTrue();
    assertThatThrownBy(() -> bucket(1_000_000, 1, Duration.ofDays(1)))
        .hasMessageContaining("full after more than 18250 days");
    assertThatThrownBy(() -> bucket(0, 1, Duration.ofDays(1))).hasMessageContaining("above 0");
  }

  /** Whatever the threads do to one another, it is exactly as many as there are tokens. */
  @Test
  void givesEachTokenOnce() throws Exception {
    int threads = 8;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 300; round++) {
        int tokens = 1 + round % 97;
        Bucket bucket = bucket(tokens, 1, Duration.ofHours(1));
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> taken = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          taken.add(
              executor.submit(
                  () -> {
                    start.await();
                    int own = 0;
                    for (int j = 0; j < 100; j++) {
                      own += bucket.take(START) ? 1 : 0;
                    }
                    return own;
                  }));
        }
        start.countDown();
        int sum = 0;
        for (Future<Integer> each : taken) {
          sum += each.get();
        }
        assertThat(sum).isEqualTo(tokens);
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
