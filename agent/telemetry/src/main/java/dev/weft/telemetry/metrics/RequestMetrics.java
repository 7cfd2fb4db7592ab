package dev.weft.telemetry.metrics;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.ResponseFlag;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Istio's standard metrics of HTTP and gRPC requests, with its full set of labels, so that Kiali
 * and Istio's dashboards read them unchanged (istio.io, Istio Standard Metrics).
 */
public final class RequestMetrics {

  /** More sets of labels than this are not kept; what they would count goes to an overflow. */
  static final int MOST_SERIES = 2_000;

  private static final String UNKNOWN = "unknown";

  private final LocalWorkload local;
  private final RequestTable table;
  private final LongAdder overflow;

  public RequestMetrics(LocalWorkload local, Metrics metrics) {
    this(local, metrics, MOST_SERIES);
  }

  RequestMetrics(LocalWorkload local, Metrics metrics, int mostSeries) {
    this.local = local;
    this.table = new RequestTable(mostSeries, this::labels);
    metrics.register("istio_requests_total", this::writeTotals);
    metrics.register("istio_request_duration_milliseconds", this::writeDurations);
    this.overflow =
        metrics.counter(
            "weft_metrics_overflow_total",
            "Requests that were not counted because they had too many different labels.");
  }

  /** Counts a request that is over. */
  public void record(RequestReport report) {
    RequestSeries series = table.of(report);
    if (series == null) {
      overflow.increment();
    } else {
      series.record(report.endNanos() - report.startNanos());
    }
  }

  private void writeTotals(Exposition exposition) {
    exposition.counter("istio_requests_total", "Requests that are over, as Istio counts them.");
    for (RequestSeries series : table.all()) {
      long count = 0;
      for (long bucket : series.counts()) {
        count += bucket;
      }
      exposition.sample("istio_requests_total", series.labels(), count);
    }
  }

  private void writeDurations(Exposition exposition) {
    String name = "istio_request_duration_milliseconds";
    exposition.histogram(name, "How long requests took, in milliseconds.");
    for (RequestSeries series : table.all()) {
      long[] counts = series.counts();
      long below = 0;
      for (int i = 0; i < counts.length; i++) {
        below += counts[i];
        double bound =
            i < RequestSeries.BOUNDS.length ? RequestSeries.BOUNDS[i] : Double.POSITIVE_INFINITY;
        exposition.bucket(name, series.labels(), bound, below);
      }
      exposition.sample(name + "_sum", series.labels(), series.sumMillis());
      exposition.sample(name + "_count", series.labels(), below);
    }
  }

  private Labels labels(RequestReport report) {
    boolean isSource = report.side() == RequestReport.Side.SOURCE;
    Workload source = isSource ? local.workload() : report.peer();
    Workload destination = isSource ? report.peer() : local.workload();
    Service service = report.service();
    return Labels.of(
        "reporter", isSource ? "source" : "destination",
        "source_workload", source.name(),
        "source_canonical_service", source.canonicalService(),
        "source_canonical_revision", revision(source),
        "source_workload_namespace", source.namespace(),
        "source_principal", principal(isSource ? report.ownPrincipal() : report.peerPrincipal()),
        "source_app", source.app(),
        "source_version", source.version(),
        "source_cluster", source.cluster(),
        "destination_workload", destination.name(),
        "destination_workload_namespace", destination.namespace(),
        "destination_principal",
            principal(isSource ? report.peerPrincipal() : report.ownPrincipal()),
        "destination_app", destination.app(),
        "destination_version", destination.version(),
        "destination_service", service.host(),
        "destination_canonical_service", destination.canonicalService(),
        "destination_canonical_revision", revision(destination),
        "destination_service_name", service.name(),
        "destination_service_namespace", service.namespace(),
        "destination_cluster", destination.cluster(),
        "request_protocol", report.grpc() ? "grpc" : "http",
        "response_code", Integer.toString(report.status()),
        "grpc_response_status", report.grpcStatus() == null ? "" : report.grpcStatus(),
        "response_flags", ResponseFlag.text(report.flags()),
        "connection_security_policy", security(isSource, report.peerPrincipal()));
  }

  static String principal(@Nullable SpiffeId identity) {
    return identity == null ? UNKNOWN : identity.toString();
  }

  // As Istio has it: only the called side says whether a request came by mutual TLS.
  static String security(boolean isSource, @Nullable SpiffeId peer) {
    if (isSource) {
      return UNKNOWN;
    }
    return peer == null ? "none" : "mutual_tls";
  }

  // Istio: a workload that is known, but not its revision, is of the latest one.
  static String revision(Workload workload) {
    boolean isKnown = !workload.canonicalService().equals(UNKNOWN);
    return isKnown && workload.canonicalRevision().equals(UNKNOWN)
        ? "latest"
        : workload.canonicalRevision();
  }
}
