package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import dev.weft.harness.Repository;
import java.nio.file.Path;
import java.util.List;

/** One application process: a version of a service. */
record Workload(String service, String version) {

  /** All that the demo starts. Reviews is one application in three versions. */
  static final List<Workload> ALL =
      List.of(
          new Workload("productpage", "v1"),
          new Workload("details", "v1"),
          new Workload("reviews", "v1"),
          new Workload("reviews", "v2"),
          new Workload("reviews", "v3"),
          new Workload("ratings", "v1"),
          new Workload("ratings", "v2"));

  String name() {
    return service + "-" + version;
  }

  /** How many ports it serves: ratings also speaks gRPC. */
  int ports() {
    return service.equals("ratings") ? 2 : 1;
  }

  Path jar(Repository repository) throws HarnessException {
    return repository.existing("test-apps/bookinfo/%1$s/target/%1$s.jar".formatted(service));
  }
}
