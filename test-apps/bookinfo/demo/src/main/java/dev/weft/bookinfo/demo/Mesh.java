package dev.weft.bookinfo.demo;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.MeshStatus;
import java.io.IOException;
import java.net.URI;

/** The mesh while it runs: its control service, and where it is entered. */
record Mesh(ControlService control, URI productpage) {

  URI product() {
    return productpage.resolve("/api/v1/products/0");
  }

  /** What productpage's agent has counted so far. */
  Metrics metrics() throws IOException, HarnessException, InterruptedException {
    for (MeshStatus.Workload workload : control.status().workloads()) {
      if (workload.name().equals("productpage") && !workload.metrics().isEmpty()) {
        return Metrics.scrape(metricsPage(workload));
      }
    }
    throw new HarnessException("productpage has no metrics (expected: an address in its status)");
  }

  static URI metricsPage(MeshStatus.Workload workload) {
    return URI.create("http://" + workload.metrics() + "/stats/prometheus");
  }
}
