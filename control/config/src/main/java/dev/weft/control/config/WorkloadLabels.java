package dev.weft.control.config;

import dev.weft.control.model.Workload;
import java.util.HashMap;
import java.util.Map;

/**
 * The labels that selectors and subsets see: the workload's own, and those that Istio's conventions
 * expect of a pod.
 */
final class WorkloadLabels {

  private WorkloadLabels() {}

  static Map<String, String> of(Workload workload) {
    Map<String, String> labels = new HashMap<>(workload.labels());
    labels.putIfAbsent("app", workload.name());
    labels.putIfAbsent("service.istio.io/canonical-name", workload.name());
    return labels;
  }
}
