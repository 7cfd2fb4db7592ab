package dev.weft.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.TcpReport;
import dev.weft.telemetry.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpMetricsTest {

  private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/shop");
  private static final SpiffeId DATABASE = SpiffeId.parse("spiffe://cluster.local/ns/data/sa/db");

  private static Scrape scrape(TcpReport... reports) {
    Metrics metrics = new Metrics();
    TcpMetrics unused = new TcpMetrics(Report.LOCAL, metrics, () -> List.of(reports));
    return Scrape.read(metrics.scrape(Exposition.Format.PROMETHEUS));
  }

  @Test
  void connectionsOfOursAreTheSources() {
    Scrape scrape =
        scrape(new TcpReport(Side.SOURCE, SELF, DATABASE, Service.UNKNOWN, 0, 3, 1, 2_000, 100));
    String[] labels = {
      "reporter=source",
      "source_workload=shop",
      "source_principal=" + SELF,
      "destination_principal=" + DATABASE,
      "destination_workload=unknown",
      "destination_workload_namespace=data",
      "destination_service=unknown",
      "request_protocol=tcp",
      "response_flags=-",
      "connection_security_policy=unknown"
    };
    assertThat(scrape.sum("istio_tcp_connections_opened_total", labels)).isEqualTo(3);
    assertThat(scrape.sum("istio_tcp_connections_closed_total", labels)).isEqualTo(1);
    assertThat(scrape.sum("istio_tcp_sent_bytes_total", labels)).isEqualTo(2_000);
    assertThat(scrape.sum("istio_tcp_received_bytes_total", labels)).isEqualTo(100);
    assertThat(scrape.types()).containsEntry("istio_tcp_sent_bytes_total", "counter");
  }

  @Test
  void connectionsToUsAreTheDestinations() {
    Scrape scrape =
        scrape(
            new TcpReport(Side.DESTINATION, SELF, DATABASE, Service.UNKNOWN, 0, 1, 0, 1, 2),
            new TcpReport(Side.DESTINATION, null, null, Service.UNKNOWN, 0, 5, 0, 3, 4));
    assertThat(
            scrape.sum(
                "istio_tcp_connections_opened_total",
                "reporter=destination",
                "source_principal=" + DATABASE,
                "source_workload_namespace=data",
                "destination_workload=shop",
                "destination_principal=" + SELF,
                "connection_security_policy=mutual_tls"))
        .isEqualTo(1);
    assertThat(
            scrape.sum(
                "istio_tcp_connections_opened_total",
                "source_principal=unknown",
                "destination_principal=unknown",
                "connection_security_policy=none"))
        .isEqualTo(5);
  }
}
