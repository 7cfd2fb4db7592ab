package dev.weft.bookinfo.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A change of rules under load, measured at the traffic: an agent enforces the new rule from the
 * moment that the first answer which only the new rule can give was complete. No request that
 * begins after it may contradict the rule; those that do are strays.
 *
 * @param enforcedAfter by agent, from just before the file was replaced; empty: never seen
 * @param edited the moment just before the file was replaced
 * @param strays requests that began after enforcement and yet followed the old rule
 * @param samples all requests around the change
 */
record Change(
    Instant edited,
    Map<String, Optional<Duration>> enforcedAfter,
    long strays,
    List<Sample> samples) {

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
    Load load = Load.start(shopper, users);
    try {
      long deadline = System.nanoTime() + DEADLINE.toNanos();
      while (count(load.soFar()) < WARM_UP && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
      long edited = System.nanoTime();
      Instant moment = Instant.now();
      edit.apply();
      while (!settled(load.soFar(), edited, proofs) && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
      return evaluate(load.stop(), moment, edited, proofs);
    } finally {
      load.stop();
    }
  }

  /** The moment and the nanoseconds are the same, by the wall clock and by the samples' clock. */
  static Change evaluate(List<Sample> samples, Instant moment, long edited, List<Proof> proofs) {
    Map<String, Optional<Duration>> enforcedAfter = new LinkedHashMap<>();
    long strays = 0;
    for (Proof proof : proofs) {
      OptionalLong enforced =
          samples.stream()
              .filter(sample -> sample.end() > edited && proof.obeys().test(sample))
              .mapToLong(Sample::end)
              .min();
      enforcedAfter.put(
          proof.agent(),
          enforced.isPresent()
              ? Optional.of(Duration.ofNanos(enforced.getAsLong() - edited))
              : Optional.empty());
      strays +=
          samples.stream()
              .filter(sample -> sample.start() > enforced.orElse(Long.MAX_VALUE))
              .filter(proof.contradicts())
              .count();
    }
    return new Change(moment, enforcedAfter, strays, List.copyOf(samples));
  }

  /** Every agent has obeyed often, and for a while nothing contradicted. */
  private static boolean settled(Iterable<Sample> soFar, long edited, List<Proof> proofs) {
    List<Sample> since = new ArrayList<>();
    soFar.forEach(
        sample -> {
          if (sample.end() > edited) {
            since.add(sample);
          }
        });
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

  private static int count(Iterable<Sample> samples) {
    int count = 0;
    for (Sample ignored : samples) {
      count++;
    }
    return count;
  }
}
