package dev.weft.control.config;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Service;
import dev.weft.control.model.Sidecar;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what is valid in Sidecars but probably not meant. */
final class SidecarAnalyzer {

  private final MeshModel model;
  private final List<Finding> findings = new ArrayList<>();

  SidecarAnalyzer(MeshModel model) {
    this.model = model;
  }

  List<Finding> analyze() {
    Map<Namespace, Sidecar> winners = new HashMap<>();
    for (Sidecar sidecar : model.sidecars()) {
      imports(sidecar);
      Namespace namespace = sidecar.id().namespace();
      if (sidecar.selector() != null) {
        selected(sidecar, sidecar.selector());
      } else {
        Sidecar winner = winners.putIfAbsent(namespace, sidecar);
        if (winner != null) {
          shadowed(sidecar, winner, "the whole namespace");
        }
      }
    }
    return findings;
  }

  /** Hosts that are written out and are nowhere. */
  private void imports(Sidecar sidecar) {
    sidecar.egress().stream()
        .flatMap(listener -> listener.imports().stream())
        .filter(wanted -> !wanted.excluded() && !wanted.host().isWildcard())
        .filter(wanted -> !isKnown(wanted, sidecar.id().namespace()))
        .forEach(
            wanted ->
                findings.add(
                    new Finding(
                        FindingCode.UNKNOWN_HOST,
                        sidecar.id(),
                        sidecar.location(),
                        "spec.egress",
                        wanted.namespace()
                            + "/"
                            + wanted.host()
                            + " is not known (expected: a service of that namespace)")));
  }

  /** In the root namespace the dot is any namespace. */
  private boolean isKnown(Sidecar.Import wanted, Namespace own) {
    boolean anywhere =
        wanted.namespace().equals("*")
            || (wanted.namespace().equals(".") && own.equals(model.settings().rootNamespace()));
    String namespace = wanted.namespace().equals(".") ? own.value() : wanted.namespace();
    return Stream.concat(
            model.services().stream()
                .filter(it -> anywhere || it.namespace().value().equals(namespace))
                .map(Service::host),
            model.rules().stream()
                .filter(it -> anywhere || it.id().namespace().value().equals(namespace))
                .flatMap(it -> it.hosts().stream()))
        .anyMatch(host -> wanted.host().covers(host) || host.covers(wanted.host()));
  }

  private void selected(Sidecar sidecar, Map<String, String> selector) {
    List<Workload> workloads =
        model.workloads().stream()
            .filter(it -> it.origin() != Workload.Origin.DECLARED)
            .filter(it -> it.namespace().equals(sidecar.id().namespace()))
            .filter(it -> WorkloadIndex.labels(it).entrySet().containsAll(selector.entrySet()))
            .toList();
    if (workloads.isEmpty()) {
      findings.add(
          new Finding(
              FindingCode.NOTHING_SELECTED,
              sidecar.id(),
              sidecar.location(),
              "spec.workloadSelector",
              "no registered workload of " + sidecar.id().namespace() + " carries " + selector));
    }
    for (Workload workload : workloads) {
      @Nullable Sidecar winner =
          model.sidecar(workload.namespace(), WorkloadIndex.labels(workload));
      if (winner != null && !winner.equals(sidecar)) {
        shadowed(sidecar, winner, "the workload " + workload.serviceName());
        break;
      }
    }
  }

  private void shadowed(Sidecar sidecar, Sidecar winner, String scope) {
    findings.add(
        new Finding(
            FindingCode.SHADOWED_SIDECAR,
            sidecar.id(),
            sidecar.location(),
            "spec.workloadSelector",
            winner.id() + " (" + winner.location() + ") wins for " + scope));
  }
}
