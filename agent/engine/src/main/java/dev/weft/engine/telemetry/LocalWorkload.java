package dev.weft.engine.telemetry;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who we are, as peers and metrics are told.
 *
 * @param workload Istio's metadata of this workload
 * @param service that requests to this workload are counted for
 * @param node id of this process, unique in the mesh: {@code weft~ip~instance.ns~domain}
 * @param instance of this process: a pod's name
 * @param labels further ones than those of the workload record
 */
public record LocalWorkload(
    Workload workload, Service service, String node, String instance, Map<String, String> labels) {

  public LocalWorkload {
    labels = Map.copyOf(labels);
  }

  /** A workload that serves the service of its own name. */
  public static LocalWorkload of(Workload workload, String node, String instance) {
    Service service =
        new Service(
            workload.name() + "." + workload.namespace() + ".svc.cluster.local",
            workload.name(),
            workload.namespace());
    return new LocalWorkload(workload, service, node, instance, Map.of());
  }

  /** The address in {@link #node}; null where there is none. */
  public @Nullable String address() {
    String[] parts = node.split("~", -1);
    return parts.length == 4 && !parts[1].isEmpty() ? parts[1] : null;
  }
}
