package dev.weft.control.config;

import dev.weft.control.model.ServiceName;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Completes registered workloads with what their groups say. */
final class WorkloadGroups {

  private final Map<ServiceName, WorkloadGroup> groups = new HashMap<>();

  WorkloadGroups(List<WorkloadGroup> all) {
    all.forEach(group -> groups.put(group.name(), group));
  }

  List<Workload> complete(List<Workload> registered) {
    return registered.stream().map(this::complete).toList();
  }

  private Workload complete(Workload workload) {
    ServiceName name = WorkloadGroup.of(workload.namespace(), WorkloadIndex.labels(workload));
    WorkloadGroup group = groups.get(name);
    return group == null ? workload : workload.in(group);
  }
}
