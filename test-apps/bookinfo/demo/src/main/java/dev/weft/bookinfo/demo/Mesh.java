package dev.weft.bookinfo.demo;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.MeshStatus;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The mesh while it runs: its control service, and where its applications serve.
 *
 * @param applications by the workload's name, {@code reviews-v1}
 */
record Mesh(ControlService control, Map<String, URI> applications) {

  /** Where the mesh is entered. */
  URI productpage() {
    return application("productpage-v1");
  }

  URI product() {
    return productpage().resolve("/api/v1/products/0");
  }

  /** A page that only applications of the mesh ask for. */
  URI reviews() {
    return application("reviews-v1").resolve("/reviews/0");
  }

  private URI application(String name) {
    URI uri = applications.get(name);
    if (uri == null) {
      throw new IllegalStateException(name + " does not run; there are " + applications.keySet());
    }
    return uri;
  }

  /** What the agents of a service have counted so far. */
  Metrics metrics(String service) throws IOException, HarnessException, InterruptedException {
    List<Metrics> pages = new ArrayList<>();
    for (MeshStatus.Workload workload : control.status().workloads()) {
      if (workload.name().equals(service) && !workload.metrics().isEmpty()) {
        pages.add(Metrics.scrape(metricsPage(workload)));
      }
    }
    if (pages.isEmpty()) {
      throw new HarnessException(service + " has no metrics (expected: an address in its status)");
    }
    return Metrics.together(pages);
  }

  /** What all agents have counted so far. */
  Metrics metrics() throws IOException, HarnessException, InterruptedException {
    List<Metrics> pages = new ArrayList<>();
    for (MeshStatus.Workload workload : control.status().workloads()) {
      pages.add(Metrics.scrape(metricsPage(workload)));
    }
    return Metrics.together(pages);
  }

  static URI metricsPage(MeshStatus.Workload workload) {
    return URI.create("http://" + workload.metrics() + "/stats/prometheus");
  }
}
