package dev.weft.bookinfo.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A change of rules under load, measured at the traffic: an agent obeys from the moment since which
 * every request that began was answered by the new rule.
 *
 * @param edited the moment just before the file was replaced
 * @param obedience by agent; empty: it was never seen to obey
 * @param samples all requests around the change
 */
record Change(Instant edited, Map<String, Optional<Obedience>> obedience, List<Sample> samples) {

  /**
   * Since when an agent obeys; times count from the edit.
   *
   * @param since the beginning of the first request that proves the new rule, none that contradicts
   *     it having begun after that
   * @param firstAnswer when the first answer that proves the new rule was complete: later, because
   *     such a request may be the first that the answering application ever gets
   */
  record Obedience(Duration since, Duration firstAnswer) {}

  private static final int WARM_UP = 100;
  private static final int PROOFS = 25;
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 10;

  /** Replaces a file of the configuration. */
  interface Edit {
    void apply() throws IOException;
  }

  /** Keeps requests coming, edits, and waits until every agent has shown that it obeys. */
  static Change measure(
      Shopper shopper, IntFunction<@Nullable String> users, Edit edit, List<Proof> proofs)
      throws IOException, InterruptedException {
    try (SteadyLoad load = SteadyLoad.start(shopper, users)) {
      long deadline = System.nanoTime() + DEADLINE.toNanos();
      while (load.soFar().size() < WARM_UP && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
      long edited = System.nanoTime();
      Instant moment = Instant.now();
      edit.apply();
      while (!settled(load.soFar(), edited, proofs) && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
      return evaluate(load.stop(), moment, edited, proofs);
    }
  }

  /** The moment and the nanoseconds are the same, by the wall clock and by the samples' clock. */
  static Change evaluate(List<Sample> samples, Instant moment, long edited, List<Proof> proofs) {
    Map<String, Optional<Obedience>> obedience = new LinkedHashMap<>();
    for (Proof proof : proofs) {
      obedience.put(proof.agent(), obedience(samples, edited, proof));
    }
    return new Change(moment, obedience, List.copyOf(samples));
  }

  private static Optional<Obedience> obedience(List<Sample> samples, long edited, Proof proof) {
    long lastContradiction =
        samples.stream()
            .filter(proof.contradicts())
            .mapToLong(Sample::start)
            .reduce(edited, Math::max);
    List<Sample> proving =
        samples.stream().filter(sample -> sample.end() > edited).filter(proof.obeys()).toList();
    OptionalLong since =
        proving.stream().mapToLong(Sample::start).filter(start -> start > lastContradiction).min();
    OptionalLong firstAnswer = proving.stream().mapToLong(Sample::end).min();
    if (since.isEmpty() || firstAnswer.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Obedience(
            Duration.ofNanos(since.getAsLong() - edited),
            Duration.ofNanos(firstAnswer.getAsLong() - edited)));
  }

  /** Every agent has obeyed often, and for a while nothing contradicted. */
  private static boolean settled(List<Sample> soFar, long edited, List<Proof> proofs) {
    List<Sample> since = soFar.stream().filter(sample -> sample.end() > edited).toList();
    long quietSince = System.nanoTime() - QUIET.toNanos();
    return edited < quietSince
        && proofs.stream()
            .allMatch(
                proof ->
                    since.stream().filter(proof.obeys()).count() >= PROOFS
                        && since.stream()
                            .filter(proof.contradicts())
                            .allMatch(sample -> sample.end() < quietSince));
  }
}
