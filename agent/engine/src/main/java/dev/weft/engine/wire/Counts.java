package dev.weft.engine.wire;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts refusals by their first words, as many as a metric can bear. */
final class Counts {

  private static final int MOST_REASONS = 32;
  private static final int LONGEST_REASON = 40;

  private final ConcurrentHashMap<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final LongAdder failedOpen = new LongAdder();
  private final LongAdder reported = new LongAdder();

  void refused(String reason) {
    int colon = reason.indexOf(':');
    String words = colon < 0 ? reason : reason.substring(0, colon);
    String kind = words.length() > LONGEST_REASON ? words.substring(0, LONGEST_REASON) : words;
    boolean known = refusals.containsKey(kind) || refusals.size() < MOST_REASONS;
    refusals.computeIfAbsent(known ? kind : "other", any -> new LongAdder()).increment();
  }

  void failedOpen() {
    failedOpen.increment();
  }

  long failedOpenCount() {
    return failedOpen.sum();
  }

  void reported() {
    reported.increment();
  }

  long reportedCount() {
    return reported.sum();
  }

  Map<String, Long> refusals() {
    Map<String, Long> sums = new TreeMap<>();
    refusals.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }
}
