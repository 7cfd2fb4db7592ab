package dev.weft.bookinfo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sums over Prometheus' text format. */
final class MetricsTest {

  private static final Metrics METRICS =
      new Metrics(
          """
          # TYPE istio_requests_total counter
          istio_requests_total{reporter="source",destination_version="v1",response_code="200"} 1590
          istio_requests_total{reporter="source",destination_version="v1",response_code="503"} 2
          istio_requests_total{reporter="source",destination_version="v2",response_code="200"} 410.0 1700000000000
          istio_requests_total{reporter="destination",destination_version="v1"} 7
          weft_config_age_seconds 1.5
          """);

  @Test
  void addsUpWhatHasTheLabels() {
    assertThat(METRICS.sum("istio_requests_total", Map.of("reporter", "source"))).isEqualTo(2002);
    assertThat(
            METRICS.sum(
                "istio_requests_total", Map.of("destination_version", "v1", "reporter", "source")))
        .isEqualTo(1592);
    assertThat(METRICS.sum("istio_requests_total", Map.of("version", "v1"))).isZero();
    assertThat(METRICS.sum("weft_config_age_seconds", Map.of())).isEqualTo(1.5);
  }
}
