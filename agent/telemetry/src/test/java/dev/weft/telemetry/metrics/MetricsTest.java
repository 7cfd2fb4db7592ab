package dev.weft.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.telemetry.Report;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private final Metrics metrics = new Metrics();

  @Test
  void writesCountersAndGauges() {
    LongAdder counter = metrics.counter("weft_things_total", "Things\nwith a \\ in \"them\".");
    counter.add(3);
    metrics.gauge("weft_age_seconds", "Age.", () -> 1.5);
    metrics.gauge("weft_in_flight", "Now.", Map.of(Labels.of("side", "inbound"), () -> Double.NaN));
    String text = metrics.scrape(Exposition.Format.PROMETHEUS);
    assertThat(text)
        .isEqualTo(
            """
            # HELP weft_things_total Things\\nwith a \\\\ in "them".
            # TYPE weft_things_total counter
            weft_things_total 3
            # HELP weft_age_seconds Age.
            # TYPE weft_age_seconds gauge
            weft_age_seconds 1.5
            # HELP weft_in_flight Now.
            # TYPE weft_in_flight gauge
            weft_in_flight{side="inbound"} NaN
            """);
  }

  @Test
  void writesOpenMetricsForWhoAsks() {
    assertThat(Exposition.Format.wanted("application/openmetrics-text; version=1.0.0,*/*;q=0.1"))
        .isEqualTo(Exposition.Format.OPEN_METRICS);
    assertThat(Exposition.Format.wanted(null)).isEqualTo(Exposition.Format.PROMETHEUS);
    new RequestMetrics(Report.LOCAL, metrics).record(Report.outbound(200, Duration.ofMillis(1)));
    String text = metrics.scrape(Exposition.Format.OPEN_METRICS);
    assertThat(text)
        .contains("# TYPE istio_requests counter\nistio_requests_total{")
        .contains("le=\"1.0\"")
        .endsWith("\n# EOF\n");
  }

  @Test
  void leavesOutWhatFails() {
    metrics.gauge(
        "weft_broken",
        "Broken.",
        () -> {
          throw new IllegalStateException("broken");
        });
    metrics.counter("weft_fine_total", "Fine.");
    assertThat(Scrape.read(metrics.scrape(Exposition.Format.PROMETHEUS)).samples())
        .containsEntry("weft_fine_total", 0.0)
        .doesNotContainKey("weft_broken");
  }

  @Test
  void refusesWrongAndRepeatedNames() {
    metrics.counter("weft_a_total", "A.");
    assertThatThrownBy(() -> metrics.counter("weft_a_total", "A."))
        .hasMessage("metric: weft_a_total is registered already");
    assertThatThrownBy(() -> metrics.counter("weft_a", "A."))
        .hasMessage("counter: weft_a (expected: ..._total)");
    assertThatThrownBy(() -> metrics.gauge("weft-a", "A.", () -> 1))
        .hasMessage("metric: weft-a (expected: letters, digits and underscores)");
  }
}
