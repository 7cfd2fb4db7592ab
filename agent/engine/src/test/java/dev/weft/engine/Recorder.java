package dev.weft.engine;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.SpanContext;
import dev.weft.engine.telemetry.Telemetry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers what the engine told. */
final class Recorder implements Telemetry {

  /** A report as it was when it was told. */
  record Told(
      RequestReport.Side side,
      int status,
      String flags,
      @Nullable String grpcStatus,
      int tries,
      Service service,
      Workload peer,
      @Nullable SpiffeId peerPrincipal,
      @Nullable SpiffeId ownPrincipal,
      long nanos,
      @Nullable SpanContext span) {}

  final List<Told> reports = new CopyOnWriteArrayList<>();
  final List<Event> events = new CopyOnWriteArrayList<>();

  @Override
  public void ended(RequestReport report) {
    reports.add(
        new Told(
            report.side(),
            report.status(),
            ResponseFlag.text(report.flags()),
            report.grpcStatus(),
            report.tries(),
            report.service(),
            report.peer(),
            report.peerPrincipal(),
            report.ownPrincipal(),
            report.endNanos() - report.startNanos(),
            report.span()));
  }

  @Override
  public void happened(Event event) {
    events.add(event);
  }

  Told only() {
    if (reports.size() != 1) {
      throw new AssertionError("reports: " + reports + " (expected: one)");
    }
    return reports.get(0);
  }
}
