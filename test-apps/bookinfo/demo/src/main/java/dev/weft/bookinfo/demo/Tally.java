package dev.weft.bookinfo.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a number of requests came to. */
final class Tally {

  private final List<Sample> samples;
  private final long[] latencies;

  Tally(List<Sample> samples) {
    this.samples = List.copyOf(samples);
    this.latencies =
        samples.stream()
            .filter(sample -> !sample.failed())
            .mapToLong(sample -> sample.end() - sample.start())
            .sorted()
            .toArray();
  }

  int requests() {
    return samples.size();
  }

  long failures() {
    return samples.stream().filter(Sample::failed).count();
  }

  Optional<String> firstFailure() {
    return samples.stream().filter(Sample::failed).map(Sample::failure).findFirst();
  }

  long reviewedBy(String version) {
    return samples.stream().filter(sample -> sample.reviewedBy(version)).count();
  }

  long ratedBy(String version) {
    return samples.stream().filter(sample -> sample.ratedBy(version)).count();
  }

  /** Percent of all requests. */
  double share(String reviewsVersion) {
    return 100.0 * reviewedBy(reviewsVersion) / Math.max(1, requests());
  }

  /** Nearest rank, of the requests that did not fail. */
  Duration percentile(double percent) {
    if (latencies.length == 0) {
      return Duration.ZERO;
    }
    int rank = (int) Math.ceil(percent / 100 * latencies.length);
    return Duration.ofNanos(latencies[Math.max(0, rank - 1)]);
  }

  Duration wall() {
    long start = samples.stream().mapToLong(Sample::start).min().orElse(0);
    long end = samples.stream().mapToLong(Sample::end).max().orElse(0);
    return Duration.ofNanos(end - start);
  }
}
