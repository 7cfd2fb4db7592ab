package dev.weft.control.config;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.WorkloadPolicy;
import java.util.Optional;

/** Finds selectors that select nobody. */
final class SelectorAnalyzer {

  private final MeshModel model;

  SelectorAnalyzer(MeshModel model) {
    this.model = model;
  }

  Optional<Finding> analyze(WorkloadPolicy policy) {
    Namespace root = model.settings().rootNamespace();
    boolean selects =
        model.workloads().stream()
            .anyMatch(it -> policy.isFor(it.namespace(), WorkloadIndex.labels(it), root));
    if (policy.selector().isEmpty() || selects) {
      return Optional.empty();
    }
    Namespace namespace = policy.id().namespace();
    String where = namespace.equals(root) ? "the mesh" : namespace.value();
    return Optional.of(
        new Finding(
            FindingCode.NOTHING_SELECTED,
            policy.id(),
            policy.location(),
            "spec.selector",
            "no workload of " + where + " carries " + policy.selector()));
  }
}
