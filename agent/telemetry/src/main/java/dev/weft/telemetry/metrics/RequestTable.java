package dev.weft.telemetry.metrics;

import dev.weft.engine.telemetry.RequestReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the series of a report without making a key for it: open addressing, read without a lock,
 * grown by copy. Bounded: labels come from peers, who could make them up.
 */
final class RequestTable {

  private final int most;
  private final Function<RequestReport, Labels> labels;
  private volatile AtomicReferenceArray<@Nullable RequestSeries> slots =
      new AtomicReferenceArray<>(64);
  private int size; // guarded by this

  RequestTable(int most, Function<RequestReport, Labels> labels) {
    this.most = most;
    this.labels = labels;
  }

  /** The series, made when it is new; null when there are too many. */
  @Nullable RequestSeries of(RequestReport report) {
    int hash = RequestSeries.hash(report);
    RequestSeries known = find(slots, report, hash);
    return known != null ? known : add(report, hash);
  }

  private static @Nullable RequestSeries find(
      AtomicReferenceArray<@Nullable RequestSeries> slots, RequestReport report, int hash) {
    int mask = slots.length() - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      RequestSeries series = slots.get(i);
      if (series == null || (series.hash() == hash && series.holds(report))) {
        return series;
      }
    }
  }

  private synchronized @Nullable RequestSeries add(RequestReport report, int hash) {
    RequestSeries known = find(slots, report, hash);
    if (known != null || size >= most) {
      return known;
    }
    if (size * 2 >= slots.length()) {
      grow();
    }
    RequestSeries made = new RequestSeries(report, labels.apply(report));
    put(slots, made);
    size++;
    return made;
  }

  private void grow() {
    AtomicReferenceArray<@Nullable RequestSeries> larger =
        new AtomicReferenceArray<>(slots.length() * 2);
    all().forEach(series -> put(larger, series));
    slots = larger;
  }

  private static void put(
      AtomicReferenceArray<@Nullable RequestSeries> slots, RequestSeries series) {
    int mask = slots.length() - 1;
    int i = series.hash() & mask;
    while (slots.get(i) != null) {
      i = (i + 1) & mask;
    }
    slots.set(i, series);
  }

  List<RequestSeries> all() {
    AtomicReferenceArray<@Nullable RequestSeries> now = slots;
    List<RequestSeries> all = new ArrayList<>();
    for (int i = 0; i < now.length(); i++) {
      RequestSeries series = now.get(i);
      if (series != null) {
        all.add(series);
      }
    }
    return all;
  }
}
