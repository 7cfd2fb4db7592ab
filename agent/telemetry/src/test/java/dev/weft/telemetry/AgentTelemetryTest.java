package dev.weft.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.telemetry.Telemetry.Event;
import dev.weft.telemetry.metrics.Exposition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentTelemetryTest {

  private final List<String> log = new ArrayList<>();
  private final AgentTelemetry telemetry = new AgentTelemetry(Report.LOCAL, null, log::add);

  private String scraped() {
    return telemetry.scrape(Exposition.Format.PROMETHEUS);
  }

  @Test
  void whatIsMissedIsCountedAndSaidOnce() {
    telemetry.happened(Event.FAILED_OPEN);
    assertThat(log).singleElement().asString().startsWith("a call goes past the mesh: no conf");
    telemetry.happened(Event.FAILED_OPEN);
    telemetry.happened(Event.FAILED_CLOSED);
    telemetry.happened(Event.FAILED_CLOSED);
    assertThat(log).hasSize(2).last().asString().startsWith("a call is refused: no configuration");
    assertThat(scraped()).contains("weft_failed_open_total 2\n", "weft_failed_closed_total 2\n");
  }

  @Test
  void whatIsCountedOnlyIsNotSaid() {
    telemetry.happened(Event.RETRIED);
    assertThat(log).isEmpty();
    assertThat(scraped()).contains("weft_retried_total 1\n", "weft_failed_open_total 0\n");
  }
}
