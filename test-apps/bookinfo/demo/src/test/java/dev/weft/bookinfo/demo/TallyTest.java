package dev.weft.bookinfo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Shares and percentiles. */
final class TallyTest {

  @Test
  void failuresCountAsRequestsOfNoVersion() {
    Tally tally =
        new Tally(
            List.of(
                new Sample(null, 0, 1, "v1", null, null),
                new Sample(null, 0, 1, "v2", "v1", null),
                new Sample(null, 0, 1, null, null, "status 503")));

    assertThat(tally.failures()).isEqualTo(1);
    assertThat(tally.firstFailure()).contains("status 503");
    assertThat(tally.share("v1")).isBetween(33.3, 33.4);
    assertThat(tally.ratedBy("v1")).isEqualTo(1);
  }

  @Test
  void percentilesAreByNearestRank() {
    Tally tally =
        new Tally(
            IntStream.rangeClosed(1, 200)
                .mapToObj(i -> new Sample(null, 1_000, 1_000 + i, "v1", null, null))
                .toList());

    assertThat(tally.percentile(50)).isEqualTo(Duration.ofNanos(100));
    assertThat(tally.percentile(99)).isEqualTo(Duration.ofNanos(198));
    assertThat(tally.percentile(100)).isEqualTo(Duration.ofNanos(200));
  }
}
