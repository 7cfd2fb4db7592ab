package dev.weft.bookinfo.demo;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Prints what was expected and what was seen, and has it checked. */
final class Report {

  private static final Duration ENFORCEMENT = Duration.ofSeconds(1);

  private final Console console;
  private final Checks checks;

  Report(Console console, Checks checks) {
    this.console = console;
    this.checks = checks;
  }

  /**
   * Expected and seen shares of the versions of reviews.
   *
   * @param expected percent, by version
   * @param tolerance percentage points around each; a version with 0 must not be seen at all
   */
  void split(Tally tally, Map<String, Integer> expected, double tolerance) {
    console.line("              expected      seen   requests");
    for (String version : new String[] {"v1", "v2", "v3"}) {
      int share = expected.getOrDefault(version, 0);
      double seen = tally.share(version);
      boolean held = share == 0 ? seen == 0 : Math.abs(seen - share) <= tolerance;
      String bounds =
          share == 0
              ? "none"
              : String.format(Locale.ROOT, "%.0f to %.0f %%", share - tolerance, share + tolerance);
      String mark =
          checks.check(
              held, String.format(Locale.ROOT, "reviews %s: %.1f %%", version, seen), bounds);
      console.line(
          "  reviews %s   %5.1f %%   %5.1f %%   %,8d%s",
          version, (double) share, seen, tally.reviewedBy(version), mark);
    }
    failures(tally);
    console.line(
        "  latency      p50 %s   p99 %s",
        Console.duration(tally.percentile(50)), Console.duration(tally.percentile(99)));
  }

  /** When which agent obeyed a change, and what it did to the traffic. */
  void change(Change change) {
    for (Map.Entry<String, Optional<Duration>> agent : change.enforcedAfter().entrySet()) {
      Optional<Duration> after = agent.getValue();
      String mark =
          checks.check(
              after.isPresent() && after.get().compareTo(ENFORCEMENT) < 0,
              agent.getKey() + " obeys after " + after.map(Console::duration).orElse("never"),
              "less than 1 s");
      console.line(
          "  obeyed by %-12s %8s after the file changed%s",
          agent.getKey(), after.map(Console::duration).orElse("never"), mark);
    }
    console.line(
        "  old rule later   %8d of %,d requests around the change%s",
        change.strays(),
        change.traffic().requests(),
        checks.check(change.strays() == 0, change.strays() + " followed the old rule", "none"));
    failures(change.traffic());
  }

  /** A count that must be exactly this. */
  void exactly(long expected, long seen, String what) {
    console.line(
        "  %-40s %,8d of %,d%s",
        what,
        seen,
        expected,
        checks.check(seen == expected, what + ": " + seen, Long.toString(expected)));
  }

  private void failures(Tally tally) {
    long failures = tally.failures();
    String mark = checks.check(failures == 0, failures + " failed requests", "none");
    console.line("  failed                  %,18d%s", failures, mark);
    tally.firstFailure().ifPresent(failure -> console.line("    the first: %s", failure));
  }
}
