package dev.weft.bookinfo.demo;

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

  Path jar(Path bookinfo) {
    return bookinfo.resolve(service).resolve("target").resolve(service + ".jar");
  }
}
