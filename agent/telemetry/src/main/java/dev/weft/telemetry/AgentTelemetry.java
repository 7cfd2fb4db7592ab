package dev.weft.telemetry;

import dev.weft.bridge.Weft;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.TcpReport;
import dev.weft.engine.telemetry.Telemetry;
import dev.weft.telemetry.metrics.Exposition;
import dev.weft.telemetry.metrics.Metrics;
import dev.weft.telemetry.metrics.RequestMetrics;
import dev.weft.telemetry.metrics.TcpMetrics;
import dev.weft.telemetry.spans.OtlpSettings;
import dev.weft.telemetry.spans.SpanQueue;
import dev.weft.telemetry.spans.SpanRecorder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's telemetry: Istio's metrics and the agent's own, ready to be scraped; spans, when
 * there is a collector to send them to.
 */
public final class AgentTelemetry implements Telemetry {

  private static final Map<Event, String> EVENTS =
      Map.of(
          Event.FAILED_OPEN, "Calls that went past the mesh: no configuration was there in time.",
          Event.FAILED_CLOSED, "Calls that were refused: no configuration was there in time.",
          Event.DEGRADED, "Calls that went past the mesh, or were given up, for a fault of ours.",
          Event.TOO_MANY_HOSTS, "Calls to hosts that were not subscribed: there are too many.",
          Event.RETRIED, "Tries that were made again.",
          Event.BAD_PEER_METADATA, "Peers whose description of themselves could not be read.",
          Event.NOT_MIRRORED, "Copies for mirrors that were not sent.",
          Event.RATE_LIMIT_SERVICE_FAILED, "Questions that a rate limit service did not answer.",
          Event.RATE_LIMIT_FORGOTTEN,
              "Rate limit buckets that were given up before they were full.",
          Event.EXTERNAL_AUTHORIZATION_FAILED,
              "Questions that a provider of authorization did not answer.");

  /** What the log says, too, the first time and before it has happened. */
  private static final Map<Event, String> SAID =
      Map.of(
          Event.FAILED_OPEN,
          "a call goes past the mesh: no configuration was there in time (weft.fail.mode=open);"
              + " weft_failed_open_total counts more of them",
          Event.FAILED_CLOSED,
          "a call is refused: no configuration was there in time (weft.fail.mode=closed);"
              + " weft_failed_closed_total counts more of them");

  private final LocalWorkload local;
  private final Consumer<String> log;
  private final Map<Event, String> unsaid = new ConcurrentHashMap<>(SAID);
  private final Metrics metrics = new Metrics();
  private final RequestMetrics requests;
  private final Map<Event, LongAdder> events = new EnumMap<>(Event.class);
  private final @Nullable SpanQueue queue;
  private final @Nullable SpanRecorder spans;

  /**
   * @param otlp where spans go; null: nowhere
   * @param log is told of what an operator should know
   */
  public AgentTelemetry(LocalWorkload local, @Nullable OtlpSettings otlp, Consumer<String> log) {
    this.local = local;
    this.log = log;
    this.requests = new RequestMetrics(local, metrics);
    for (Event event : Event.values()) {
      String name = "weft_" + event.name().toLowerCase(Locale.ROOT) + "_total";
      events.put(event, metrics.counter(name, EVENTS.getOrDefault(event, event.name())));
    }
    metrics.counter(
        "weft_suppressed_errors_total",
        "Failures of the agent that the application was kept from.",
        Weft::suppressedCount);
    this.queue = otlp == null ? null : new SpanQueue(otlp, log);
    this.spans =
        queue == null ? null : new SpanRecorder(queue, InstantSource.system(), System.nanoTime());
    if (queue != null) {
      metrics.counter("weft_spans_sent_total", "Spans that the collector took.", queue::sent);
      metrics.counter("weft_spans_dropped_total", "Spans that were given up.", queue::dropped);
    }
  }

  /** Starts sending spans, if there is where to. */
  public void start() {
    if (queue != null) {
      queue.start();
    }
  }

  /** Sends what is left, at most this long. */
  public void stop(Duration patience) {
    if (queue != null) {
      queue.stop(patience);
    }
  }

  /**
   * Tells of connections without requests, too.
   *
   * @param reports asked at each scrape
   */
  public void tcp(Supplier<List<TcpReport>> reports) {
    TcpMetrics unused = new TcpMetrics(local, metrics, reports);
  }

  /** To add metrics to. */
  public Metrics metrics() {
    return metrics;
  }

  /** What a scrape gets now. */
  public String scrape(Exposition.Format format) {
    return metrics.scrape(format);
  }

  @Override
  public void ended(RequestReport report) {
    requests.record(report);
    if (spans != null) {
      spans.record(report);
    }
  }

  @Override
  public void happened(Event event) {
    String line = unsaid.remove(event);
    if (line != null) {
      log.accept(line);
    }
    LongAdder counter = events.get(event);
    if (counter != null) {
      counter.increment();
    }
  }
}
