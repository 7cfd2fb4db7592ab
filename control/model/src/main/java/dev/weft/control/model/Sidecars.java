package dev.weft.control.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which Sidecar speaks of which workload. */
final class Sidecars {

  /** The older first. */
  private final List<Sidecar> all;

  private final Namespace root;

  Sidecars(List<Sidecar> all, Namespace root) {
    this.all = all;
    this.root = root;
  }

  /**
   * As istiod's {@code getSidecarScope}: the first in its namespace that selects the workload, else
   * the first there without a selector, else the first in the root namespace without one; null:
   * none.
   */
  @Nullable Sidecar of(Namespace namespace, Map<String, String> labels) {
    Sidecar found = first(it -> isIn(it, namespace) && it.selector() != null && it.selects(labels));
    if (found == null) {
      found = first(it -> isIn(it, namespace) && it.selector() == null);
    }
    return found == null ? first(it -> isIn(it, root) && it.selector() == null) : found;
  }

  private @Nullable Sidecar first(Predicate<Sidecar> which) {
    return all.stream().filter(which).findFirst().orElse(null);
  }

  private static boolean isIn(Sidecar sidecar, Namespace namespace) {
    return sidecar.id().namespace().equals(namespace);
  }

  /** Names of the labels by which they select. */
  Stream<String> labels() {
    return all.stream()
        .map(Sidecar::selector)
        .filter(Objects::nonNull)
        .flatMap(selector -> selector.keySet().stream());
  }
}
