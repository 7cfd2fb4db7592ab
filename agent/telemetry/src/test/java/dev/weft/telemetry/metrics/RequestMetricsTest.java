package dev.weft.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.telemetry.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestMetricsTest {

  private static final List<String> LABELS =
      List.of(
          "reporter",
          "source_workload",
          "source_canonical_service",
          "source_canonical_revision",
          "source_workload_namespace",
          "source_principal",
          "source_app",
          "source_version",
          "source_cluster",
          "destination_workload",
          "destination_workload_namespace",
          "destination_principal",
          "destination_app",
          "destination_version",
          "destination_service",
          "destination_canonical_service",
          "destination_canonical_revision",
          "destination_service_name",
          "destination_service_namespace",
          "destination_cluster",
          "request_protocol",
          "response_code",
          "grpc_response_status",
          "response_flags",
          "connection_security_policy");

  private final Metrics metrics = new Metrics();
  private final RequestMetrics requests = new RequestMetrics(Report.LOCAL, metrics);

  private Scrape scrape() {
    return Scrape.read(metrics.scrape(Exposition.Format.PROMETHEUS));
  }

  @Test
  void countsOutboundRequestsWithIstiosLabels() {
    requests.record(Report.outbound(200, Duration.ofMillis(3)));
    requests.record(Report.outbound(200, Duration.ofMillis(7)));
    requests.record(Report.outbound(503, Duration.ofMillis(1)));
    Scrape scrape = scrape();
    assertThat(scrape.types())
        .containsEntry("istio_requests_total", "counter")
        .containsEntry("istio_request_duration_milliseconds", "histogram");
    assertThat(
            scrape.sum(
                "istio_requests_total",
                "reporter=source",
                "source_workload=shop",
                "destination_workload=reviews-v2",
                "destination_version=v2",
                "destination_service=reviews.default.svc.cluster.local",
                "destination_service_name=reviews",
                "response_code=200",
                "grpc_response_status=",
                "request_protocol=http",
                "response_flags=-",
                "connection_security_policy=unknown"))
        .isEqualTo(2);
    assertThat(scrape.sum("istio_requests_total", "response_code=503")).isEqualTo(1);
    String series =
        scrape.samples().keySet().stream()
            .filter(key -> key.startsWith("istio_requests_total"))
            .findFirst()
            .orElseThrow();
    for (String label : LABELS) {
      assertThat(series).contains(label + "=");
    }
    assertThat(series.split("=", -1)).hasSize(LABELS.size() + 1);
  }

  @Test
  void countsInboundRequests() {
    requests.record(Report.inboundGrpc("14", Duration.ofMillis(1)));
    assertThat(
            scrape()
                .sum(
                    "istio_requests_total",
                    "reporter=destination",
                    "source_workload=unknown",
                    "destination_workload=shop",
                    "destination_service_name=shop",
                    "request_protocol=grpc",
                    "grpc_response_status=14",
                    "connection_security_policy=none"))
        .isEqualTo(1);
  }

  @Test
  void putsDurationsIntoEnvoysBuckets() {
    requests.record(Report.outbound(200, Duration.ofNanos(500_000))); // on the bound: within
    requests.record(Report.outbound(200, Duration.ofNanos(500_001)));
    requests.record(Report.outbound(200, Duration.ofMillis(42)));
    requests.record(Report.outbound(200, Duration.ofHours(2)));
    Scrape scrape = scrape();
    String name = "istio_request_duration_milliseconds";
    assertThat(scrape.sum(name + "_bucket", "le=0.5")).isEqualTo(1);
    assertThat(scrape.sum(name + "_bucket", "le=1")).isEqualTo(2);
    assertThat(scrape.sum(name + "_bucket", "le=25")).isEqualTo(2);
    assertThat(scrape.sum(name + "_bucket", "le=50")).isEqualTo(3);
    assertThat(scrape.sum(name + "_bucket", "le=3600000")).isEqualTo(3);
    assertThat(scrape.sum(name + "_bucket", "le=+Inf")).isEqualTo(4);
    assertThat(scrape.sum(name + "_count")).isEqualTo(4);
    assertThat(scrape.sum(name + "_sum")).isEqualTo(0.5 + 0.500001 + 42 + 7_200_000);
  }

  @Test
  void writesFlagsAsASet() {
    int flags =
        ResponseFlag.UPSTREAM_CONNECTION_FAILURE.bit()
            | ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED.bit();
    requests.record(Report.outbound(503, Duration.ZERO).withFlags(flags));
    assertThat(metrics.scrape(Exposition.Format.PROMETHEUS)).contains("response_flags=\"UF,URX\"");
  }

  @Test
  void escapesWhatPeersSay() {
    Workload rude = new Workload("a\"b\\c\nd{} 1", "ns", "svc", "unknown", "app", "unknown", "c");
    requests.record(Report.outbound(200, Duration.ZERO).withPeer(rude));
    Scrape scrape = scrape();
    assertThat(scrape.sum("istio_requests_total", "destination_workload=a\\\"b\\\\c\\nd{} 1"))
        .isEqualTo(1);
    assertThat(scrape.sum("istio_requests_total", "destination_canonical_revision=latest"))
        .isEqualTo(1);
  }

  @Test
  void isBounded() {
    Metrics few = new Metrics();
    RequestMetrics bounded = new RequestMetrics(Report.LOCAL, few, 10);
    for (int i = 0; i < 25; i++) {
      Workload peer = new Workload("w" + i, "ns", "s", "r", "a", "v", "c");
      bounded.record(Report.outbound(200, Duration.ZERO).withPeer(peer));
      bounded.record(Report.outbound(200, Duration.ZERO).withPeer(peer));
    }
    Scrape scrape = Scrape.read(few.scrape(Exposition.Format.PROMETHEUS));
    assertThat(scrape.sum("istio_requests_total")).isEqualTo(20);
    assertThat(scrape.sum("weft_metrics_overflow_total")).isEqualTo(30);
  }

  @Test
  void losesNothingWhenThreadsRaceAndTheTableGrows() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  requests.record(Report.outbound(i % 500, Duration.ZERO));
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Scrape scrape = scrape();
    assertThat(scrape.sum("istio_requests_total")).isEqualTo(80_000);
    assertThat(scrape.sum("istio_requests_total", "response_code=499")).isEqualTo(160);
  }

  @Test
  void whoHasProvedItsIdentityIsCountedByIt() {
    String shop = "spiffe://cluster.local/ns/default/sa/shop";
    String other = "spiffe://cluster.local/ns/default/sa/reviews";
    requests.record(Report.outbound(200, Duration.ofMillis(1)).withPrincipals(shop, other));
    requests.record(Report.inboundGrpc("0", Duration.ofMillis(1)).withPrincipals(shop, other));
    requests.record(Report.inboundGrpc("0", Duration.ofMillis(1)));
    Scrape scrape = scrape();
    assertThat(
            scrape.sum(
                "istio_requests_total",
                "reporter=source",
                "source_principal=" + shop,
                "destination_principal=" + other,
                "connection_security_policy=unknown"))
        .isEqualTo(1);
    assertThat(
            scrape.sum(
                "istio_requests_total",
                "reporter=destination",
                "source_principal=" + other,
                "destination_principal=" + shop,
                "connection_security_policy=mutual_tls"))
        .isEqualTo(1);
    assertThat(
            scrape.sum(
                "istio_requests_total",
                "reporter=destination",
                "source_principal=unknown",
                "destination_principal=unknown",
                "connection_security_policy=none"))
        .isEqualTo(1);
  }
}
