package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import dev.weft.harness.MeshStatus;
import dev.weft.harness.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One application process: a version of a service. */
record Workload(String service, String version) {

  private static final String DATABASE = "database";

  /**
   * All that the demo starts, each after those whose address it is given. Reviews is one
   * application in three versions.
   */
  static final List<Workload> ALL =
      List.of(
          new Workload(DATABASE, "v1"),
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

  /** It is registered with all its ports (ratings also speaks gRPC), and its agent is in sync. */
  boolean isServedBy(MeshStatus.Workload registered) {
    return registered.name().equals(service)
        && registered.version().equals(version)
        && registered.ports() == (isRatings() ? 2 : 1)
        && registered.synced();
  }

  boolean isDatabase() {
    return service.equals(DATABASE);
  }

  boolean isRatings() {
    return service.equals("ratings");
  }

  /** The second version of ratings asks a database. */
  boolean asksDatabase() {
    return isRatings() && version.equals("v2");
  }

  /** The path of a page that is complete only if the application reaches all that it calls. */
  String probe() {
    return service.equals("productpage") ? "/api/v1/products/0" : "/" + service + "/0";
  }

  Path jar(Repository repository) throws HarnessException {
    return repository.existing(
        String.format(Locale.ROOT, "test-apps/bookinfo/%1$s/target/%1$s.jar", service));
  }
}
