package dev.weft.control.model;

import java.util.HashMap;
import java.util.Map;

/**
 * What the registered workloads of one name have in common. What a workload says itself goes before
 * what its group says.
 *
 * @param name of the group, which is that of its workloads
 * @param ports by name
 */
public record WorkloadGroup(
    ServiceName name,
    Map<String, String> labels,
    Map<String, Integer> ports,
    Locality locality,
    int weight) {

  public WorkloadGroup {
    labels = Map.copyOf(labels);
    ports = Map.copyOf(ports);
  }

  /** The group to which a workload with these labels belongs, by the names that Istio uses. */
  public static ServiceName of(Namespace namespace, Map<String, String> labels) {
    String app = labels.getOrDefault("app", "");
    return new ServiceName(labels.getOrDefault("service.istio.io/canonical-name", app), namespace);
  }

  /** These labels, and those of the group. */
  public Map<String, String> beneath(Map<String, String> own) {
    Map<String, String> all = new HashMap<>(labels);
    all.putAll(own);
    return all;
  }

  /** There, or where the group says if that is not known. */
  public Locality orElse(Locality own) {
    return own.equals(Locality.UNKNOWN) ? locality : own;
  }
}
