package dev.weft.control.cli;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.Resource;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.ClusterSource;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.WorkloadSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a cluster holds at this moment, read as a control service reads it; without the agents,
 * which are known to theirs alone.
 */
record ClusterModel(List<ConfigFile> files, WorkloadSource.Snapshot workloads) {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Nobody has registered here. */
  private static final WorkloadSource NOBODY =
      new WorkloadSource() {
        @Override
        public Snapshot workloads() {
          return Snapshot.EMPTY;
        }

        @Override
        public ModelSource.Subscription onChange(Runnable changed) {
          return () -> {};
        }
      };

  static ClusterModel read(Cluster cluster, MeshSettings settings) throws IOException {
    try (ClusterSource source = ClusterSource.open(cluster, settings, NOBODY, PATIENCE)) {
      return new ClusterModel(source.config().files(), source.workloads().workloads());
    }
  }

  /** As it would be with these applied: they take the place of resources of the same name. */
  List<ConfigFile> with(List<ConfigFile> applied) {
    Set<String> replaced =
        applied.stream()
            .flatMap(file -> file.resources().stream())
            .map(Resource::id)
            .map(id -> id.kind() + "/" + id.namespace() + "/" + id.name())
            .collect(Collectors.toSet());
    return Stream.concat(
            files.stream().filter(file -> !replaced.contains(file.name())), applied.stream())
        .toList();
  }
}
