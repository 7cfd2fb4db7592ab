package dev.weft.control.config;

import dev.weft.control.model.Namespace;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Workloads by name and by label, so that many services find theirs among many without asking each
 * of them.
 */
final class WorkloadIndex {

  private final Map<ServiceName, List<Candidate>> byName = new HashMap<>();
  private final Map<ServiceName, List<Candidate>> byPlacement = new HashMap<>();
  private final Map<Namespace, List<Candidate>> byNamespace = new HashMap<>();
  private final Map<Label, List<Candidate>> byLabel = new HashMap<>();

  /**
   * A workload with the labels that selectors and subsets see: its own, and those that Istio's
   * conventions expect of a pod.
   */
  record Candidate(Workload workload, Map<String, String> labels) {}

  private final boolean placed;

  private record Label(Namespace namespace, String name, String value) {}

  WorkloadIndex(Collection<Workload> workloads) {
    placed = workloads.stream().anyMatch(it -> it.origin() == Workload.Origin.PLACED);
    for (Workload workload : workloads) {
      Candidate candidate = new Candidate(workload, labels(workload));
      Namespace namespace = workload.namespace();
      if (workload.origin() != Workload.Origin.PLACED) {
        add(byName, workload.serviceName(), candidate); // what is placed has its services already
      }
      add(byNamespace, namespace, candidate);
      workload
          .placements()
          .keySet()
          .forEach(service -> add(byPlacement, new ServiceName(service, namespace), candidate));
      candidate
          .labels()
          .forEach((name, value) -> add(byLabel, new Label(namespace, name, value), candidate));
    }
  }

  /** What selectors see. */
  static Map<String, String> labels(Workload workload) {
    return Workload.conventional(workload.name(), workload.labels());
  }

  private static <K> void add(Map<K, List<Candidate>> map, K key, Candidate candidate) {
    map.computeIfAbsent(key, any -> new ArrayList<>()).add(candidate);
  }

  /** In an order that depends on the names alone. */
  List<ServiceName> names() {
    return byName.keySet().stream().sorted(Comparator.comparing(ServiceName::toString)).toList();
  }

  List<Candidate> named(ServiceName name) {
    return byName.getOrDefault(name, List.of());
  }

  /** Whether there is a platform that places workloads. */
  boolean hasPlaced() {
    return placed;
  }

  /** Those that their platform has serve it, whatever its selector says. */
  List<Candidate> placed(ServiceName service) {
    return byPlacement.getOrDefault(service, List.of());
  }

  /** Those that carry all of the labels; without labels, all of the namespace. */
  List<Candidate> selected(Namespace namespace, Map<String, String> selector) {
    return selector.entrySet().stream()
        .map(label -> new Label(namespace, label.getKey(), label.getValue()))
        .map(label -> byLabel.getOrDefault(label, List.of()))
        .min(Comparator.comparing(List::size))
        .orElse(byNamespace.getOrDefault(namespace, List.of()))
        .stream()
        .filter(one -> one.labels().entrySet().containsAll(selector.entrySet()))
        .toList();
  }
}
