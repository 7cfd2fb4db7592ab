package dev.weft.control.config;

import dev.weft.control.model.Locality;
import dev.weft.control.model.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What WorkloadGroups say of the workloads that register: the group of a workload is the one in its
 * namespace that has its name. What the workload says itself goes before what its group says.
 */
final class WorkloadGroups {

  private final Map<Member, Resource.Group> groups = new HashMap<>();

  private record Member(String namespace, String name) {}

  WorkloadGroups(Stream<Resource.Group> all) {
    all.forEach(
        group -> groups.put(new Member(group.id().namespace().value(), group.id().name()), group));
  }

  List<Workload> complete(List<Workload> registered) {
    return registered.stream().map(this::complete).toList();
  }

  private Workload complete(Workload workload) {
    Resource.Group group = groups.get(new Member(workload.namespace().value(), workload.name()));
    if (group == null) {
      return workload;
    }
    Map<String, String> labels = new HashMap<>(group.labels());
    labels.putAll(workload.labels());
    return workload.from(
        labels,
        group.ports(),
        workload.locality().equals(Locality.UNKNOWN) ? group.locality() : workload.locality(),
        group.weight());
  }
}
