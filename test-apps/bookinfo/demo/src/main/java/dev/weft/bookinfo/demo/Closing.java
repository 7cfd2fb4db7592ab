package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import dev.weft.harness.MeshStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The last act: what the mesh itself says of what has happened. */
final class Closing {

  private static final Set<String> SERVICES =
      Set.of("productpage", "details", "reviews", "ratings");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 100;

  private final Mesh mesh;
  private final Console console;
  private final Report report;

  Closing(Mesh mesh, Console console, Report report) {
    this.mesh = mesh;
    this.console = console;
    this.report = report;
  }

  /** Metrics count exactly what was sent: requests of productpage to each version of reviews. */
  void metrics(Metrics before, Tally sent)
      throws IOException, HarnessException, InterruptedException {
    console.line("Metrics: istio_requests_total, productpage to reviews");
    Metrics after = mesh.metrics("productpage");
    for (String version : List.of("v1", "v2", "v3")) {
      Map<String, String> labels =
          Map.of(
              "reporter", "source",
              "destination_service_name", "reviews",
              "destination_version", version,
              "response_code", "200");
      double counted =
          after.sum("istio_requests_total", labels) - before.sum("istio_requests_total", labels);
      report.exactly(sent.reviewedBy(version), Math.round(counted), "reviews " + version);
    }
    console.line("");
  }

  /** Waits for the last spans: agents send them in batches. */
  void traces(Traces traces) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<Traces.Trace> whole = traces.spanning(SERVICES);
    while (whole.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
      whole = traces.spanning(SERVICES);
    }
    console.line("Traces: %,d, with %,d spans", traces.count(), traces.spans());
    report.present(
        whole.map(trace -> trace.id() + ", " + trace.spans() + " spans"),
        "connected, of all services",
        "one at least");
    console.line("");
  }

  void agents() throws IOException, HarnessException, InterruptedException {
    MeshStatus status = mesh.control().status();
    console.line("Agents");
    for (MeshStatus.Workload workload : status.workloads()) {
      console.line(
          "  %-11s %s   %-8s   metrics %s",
          workload.name(),
          workload.version(),
          workload.synced() ? "in sync" : "behind",
          Mesh.metricsPage(workload));
    }
    long synced = status.workloads().stream().filter(MeshStatus.Workload::synced).count();
    report.exactly(Workload.ALL.size(), synced, "in sync");
    report.none(status.refusals(), "refused configuration");
    report.none(status.problems(), "problems of the configuration");
    console.line("");
  }

  /** What there is to see and to try while the demo stays up. */
  void invite(Workspace workspace) {
    console.line("Product page   %s/productpage", mesh.productpage());
    console.line("  as Jason     curl -H 'end-user: jason' %s/productpage", mesh.productpage());
    console.line("Rules          %s: edit them, they take effect as you save", workspace.routing());
    console.line("Status         control/cli/weftctl status --server %s", mesh.control().admin());
    console.line("Output         %s", workspace.logs());
    console.line("%nCtrl-C stops everything.");
  }
}
