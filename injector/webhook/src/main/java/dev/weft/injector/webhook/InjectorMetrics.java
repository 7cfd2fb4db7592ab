package dev.weft.injector.webhook;

import dev.weft.injector.Notice;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is counted, in Prometheus's text format. */
final class InjectorMetrics {

  /** Upper bounds in milliseconds. */
  private static final long[] BUCKETS = {1, 2, 5, 10, 25, 50, 100, 250, 1_000};

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Notice.Reason, LongAdder> notices = new EnumMap<>(Notice.Reason.class);
  private final LongAdder[] buckets = new LongAdder[BUCKETS.length];
  private final LongAdder count = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder lostEvents = new LongAdder();
  private final LongAdder failedSteps = new LongAdder();
  private final Supplier<@Nullable Instant> expires;

  /** What came of a call. */
  enum Outcome {
    /** A pod became one of the mesh. */
    INJECTED,
    /** A pod was to be left as it is. */
    SKIPPED,
    /** A pod should be of the mesh and could not. */
    NOT_INJECTED,
    /** A resource is valid. */
    VALID,
    /** A resource was refused. */
    INVALID,
    /** No answer could be given. */
    FAILED
  }

  /**
   * @param expires when the certificate that is shown does
   */
  InjectorMetrics(Supplier<@Nullable Instant> expires) {
    this.expires = expires;
    for (Outcome each : Outcome.values()) {
      outcomes.put(each, new LongAdder());
    }
    for (Notice.Reason each : Notice.Reason.values()) {
      notices.put(each, new LongAdder());
    }
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  void answered(Outcome outcome, long tookNanos) {
    adder(outcomes, outcome).increment();
    count.increment();
    nanos.add(tookNanos);
    for (int i = 0; i < BUCKETS.length; i++) {
      if (tookNanos <= BUCKETS[i] * NANOS_PER_MILLI) {
        buckets[i].increment();
        return;
      }
    }
  }

  void noticed(Notice notice) {
    adder(notices, notice.reason()).increment();
  }

  private static <K> LongAdder adder(Map<K, LongAdder> adders, K key) {
    return java.util.Objects.requireNonNull(adders.get(key));
  }

  /** An Event could not be written, or there were too many. */
  void eventLost() {
    lostEvents.increment();
  }

  /** The certificate could not be looked after. */
  void stepFailed() {
    failedSteps.increment();
  }

  String text() {
    StringBuilder text = new StringBuilder(2_048);
    head(text, "weft_injector_admissions_total", "counter", "Calls of the API server.");
    outcomes.forEach(
        (outcome, counted) ->
            sample(text, "weft_injector_admissions_total", "outcome", name(outcome), counted));
    head(text, "weft_injector_notices_total", "counter", "What was to be said about pods.");
    notices.forEach(
        (reason, counted) ->
            sample(text, "weft_injector_notices_total", "reason", reason.camelCase(), counted));
    durations(text);
    single(text, "weft_injector_events_lost_total", "Events not written.", lostEvents.sum());
    single(
        text,
        "weft_injector_certificate_failures_total",
        "Times that the certificate could not be looked after.",
        failedSteps.sum());
    Instant end = expires.get();
    if (end != null) {
      head(
          text,
          "weft_injector_certificate_expiry_seconds",
          "gauge",
          "When the certificate that is shown expires, Unix time.");
      text.append("weft_injector_certificate_expiry_seconds ").append(end.getEpochSecond());
      text.append('\n');
    }
    return text.toString();
  }

  private void durations(StringBuilder text) {
    String name = "weft_injector_admission_duration_seconds";
    head(text, name, "histogram", "From the call's last byte to its answer.");
    long sum = 0;
    for (int i = 0; i < BUCKETS.length; i++) {
      sum += buckets[i].sum();
      text.append(name).append("_bucket{le=\"").append(BUCKETS[i] / 1_000.0).append("\"} ");
      text.append(sum).append('\n');
    }
    text.append(name).append("_bucket{le=\"+Inf\"} ").append(count.sum()).append('\n');
    text.append(name).append("_sum ").append(nanos.sum() / NANOS_PER_SECOND).append('\n');
    text.append(name).append("_count ").append(count.sum()).append('\n');
  }

  private static void single(StringBuilder text, String name, String help, long value) {
    head(text, name, "counter", help);
    text.append(name).append(' ').append(value).append('\n');
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void sample(
      StringBuilder text, String name, String label, String value, LongAdder counted) {
    text.append(name).append('{').append(label).append("=\"").append(value).append("\"} ");
    text.append(counted.sum()).append('\n');
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
