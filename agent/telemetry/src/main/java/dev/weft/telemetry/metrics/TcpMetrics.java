package dev.weft.telemetry.metrics;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.TcpReport;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Istio's standard metrics of TCP connections, for those without requests: a database's, a
 * broker's. Of the other end only what it has proved is known, its identity and so its namespace.
 */
public final class TcpMetrics {

  private static final String UNKNOWN = "unknown";

  private final LocalWorkload local;
  private final Supplier<List<TcpReport>> reports;

  /**
   * @param reports asked at each scrape
   */
  public TcpMetrics(LocalWorkload local, Metrics metrics, Supplier<List<TcpReport>> reports) {
    this.local = local;
    this.reports = reports;
    register(
        metrics,
        "istio_tcp_sent_bytes_total",
        "Bytes sent to who connected, over connections without requests.",
        TcpReport::sent);
    register(
        metrics,
        "istio_tcp_received_bytes_total",
        "Bytes received from who connected, over connections without requests.",
        TcpReport::received);
    register(
        metrics,
        "istio_tcp_connections_opened_total",
        "Connections without requests that were opened.",
        TcpReport::opened);
    register(
        metrics,
        "istio_tcp_connections_closed_total",
        "Connections without requests that were closed.",
        TcpReport::closed);
  }

  private void register(
      Metrics metrics, String name, String help, ToLongFunction<TcpReport> value) {
    metrics.register(
        name,
        exposition -> {
          exposition.counter(name, help);
          for (TcpReport report : reports.get()) {
            exposition.sample(name, labels(report), value.applyAsLong(report));
          }
        });
  }

  private Labels labels(TcpReport report) {
    boolean isSource = report.side() == Side.SOURCE;
    Workload peer = peer(report.peer());
    Workload source = isSource ? local.workload() : peer;
    Workload destination = isSource ? peer : local.workload();
    Service service = isSource ? report.destination() : local.service();
    return Labels.of(
        "reporter", isSource ? "source" : "destination",
        "source_workload", source.name(),
        "source_canonical_service", source.canonicalService(),
        "source_canonical_revision", RequestMetrics.revision(source),
        "source_workload_namespace", source.namespace(),
        "source_principal", RequestMetrics.principal(isSource ? report.self() : report.peer()),
        "source_app", source.app(),
        "source_version", source.version(),
        "source_cluster", source.cluster(),
        "destination_workload", destination.name(),
        "destination_workload_namespace", destination.namespace(),
        "destination_principal", RequestMetrics.principal(isSource ? report.peer() : report.self()),
        "destination_app", destination.app(),
        "destination_version", destination.version(),
        "destination_service", service.host(),
        "destination_canonical_service", destination.canonicalService(),
        "destination_canonical_revision", RequestMetrics.revision(destination),
        "destination_service_name", service.name(),
        "destination_service_namespace", service.namespace(),
        "destination_cluster", destination.cluster(),
        "request_protocol", "tcp",
        "response_flags", ResponseFlag.text(report.flags()),
        "connection_security_policy", RequestMetrics.security(isSource, report.peer()));
  }

  private static Workload peer(@Nullable SpiffeId identity) {
    return identity == null
        ? Workload.UNKNOWN
        : new Workload(UNKNOWN, identity.namespace(), UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
  }
}
