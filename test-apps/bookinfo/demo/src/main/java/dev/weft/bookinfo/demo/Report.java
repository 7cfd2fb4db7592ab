package dev.weft.bookinfo.demo;

import dev.weft.harness.MeshStatus;
import java.time.Duration;
import java.util.List;
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
  void change(Change change, MeshStatus status) {
    console.line("  after the edit   obeys since   first answer");
    change.obedience().forEach(this::obedience);
    console.line(
        "  acknowledged by %d agents, the last after %s",
        status.acknowledgedSince(change.edited()),
        Console.duration(status.lastAcknowledgedAfter(change.edited())));
    traffic(new Tally(change.samples()));
  }

  private void obedience(String agent, Optional<Change.Obedience> obedience) {
    String since = obedience.map(it -> Console.duration(it.since())).orElse("never");
    String mark =
        checks.check(
            obedience.isPresent() && obedience.get().since().compareTo(ENFORCEMENT) < 0,
            agent + " obeys since " + since,
            "less than 1 s");
    console.line(
        "  %-14s   %11s   %12s%s",
        agent,
        since,
        obedience.map(it -> Console.duration(it.firstAnswer())).orElse("never"),
        mark);
  }

  /** A count that must be exactly this. */
  void exactly(long expected, long seen, String what) {
    console.line(
        "  %-26s %,13d%s%s",
        what,
        seen,
        expected == 0 ? "" : String.format(Locale.ROOT, " of %,d", expected),
        checks.check(seen == expected, what + ": " + seen, Long.toString(expected)));
  }

  /** Something that must be so. */
  void holds(boolean held, String what, String expected, String otherwise) {
    String seen = held ? expected : otherwise;
    console.line("  %-26s %13s%s", what, seen, checks.check(held, what + ": " + seen, expected));
  }

  /** How long after an edit something was in force. */
  void enforced(Duration after, String what) {
    String seen = Console.duration(after);
    String mark =
        checks.check(after.compareTo(ENFORCEMENT) < 0, what + " " + seen, "less than 1 s");
    console.line("  %-26s %13s%s", what, seen, mark);
  }

  /** Requests of which none may fail. */
  void traffic(Tally traffic) {
    console.line("  requests around the change %,13d", traffic.requests());
    failures(traffic);
  }

  /** Something that must be there. */
  void present(Optional<String> found, String what, String expected) {
    String mark = checks.check(found.isPresent(), what + ": none", expected);
    console.line("  %-26s %s%s", what, found.orElse("none"), mark);
  }

  /** Something of which there must be nothing. */
  void none(List<String> found, String what) {
    String mark = checks.check(found.isEmpty(), what + ": " + found, "none");
    console.line("  %-26s %,13d%s", what, found.size(), mark);
    found.forEach(one -> console.line("    %s", one));
  }

  private void failures(Tally tally) {
    long failures = tally.failures();
    String mark = checks.check(failures == 0, failures + " failed requests", "none");
    console.line("  failed                     %,13d%s", failures, mark);
    tally.firstFailure().ifPresent(failure -> console.line("    the first: %s", failure));
  }
}
