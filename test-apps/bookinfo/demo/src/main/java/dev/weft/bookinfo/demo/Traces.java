package dev.weft.bookinfo.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The traces that have arrived; safe for use by several threads. */
final class Traces {

  private final Map<String, List<Span>> byId = new HashMap<>();

  /**
   * What has arrived of one trace.
   *
   * @param spans how many
   * @param services whose they are
   * @param connected one span has no parent, and every other's has arrived as well
   */
  record Trace(String id, int spans, Set<String> services, boolean connected) {}

  synchronized void add(List<Span> spans) {
    for (Span span : spans) {
      byId.computeIfAbsent(span.trace(), id -> new ArrayList<>()).add(span);
    }
  }

  synchronized int count() {
    return byId.size();
  }

  synchronized int spans() {
    return byId.values().stream().mapToInt(List::size).sum();
  }

  /** A connected trace that has a span of every one of these services. */
  synchronized Optional<Trace> spanning(Set<String> services) {
    return byId.entrySet().stream()
        .map(entry -> trace(entry.getKey(), entry.getValue()))
        .filter(trace -> trace.connected() && trace.services().containsAll(services))
        .findFirst();
  }

  /** How many are connected; the rest miss spans that are late, lost or were never made. */
  synchronized long connected() {
    return byId.entrySet().stream()
        .filter(entry -> trace(entry.getKey(), entry.getValue()).connected())
        .count();
  }

  private static Trace trace(String id, List<Span> spans) {
    Set<String> ids = new HashSet<>();
    Set<String> services = new TreeSet<>();
    for (Span span : spans) {
      ids.add(span.id());
      services.add(span.service());
    }
    long roots = spans.stream().filter(span -> span.parent().isEmpty()).count();
    boolean parents =
        spans.stream().allMatch(span -> span.parent().isEmpty() || ids.contains(span.parent()));
    return new Trace(id, spans.size(), services, roots == 1 && parents);
  }
}
