package dev.weft.control.model;

import java.util.Map;

/** What workloads do with requests that arrive: each enforces all that are for it. */
public interface WorkloadPolicy {

  ResourceId id();

  /**
   * Which workloads of its namespace it is for; empty: all of them. In the root namespace: of all
   * namespaces.
   */
  Map<String, String> selector();

  SourceLocation location();

  /** Whether a workload with these labels has to enforce it. */
  default boolean isFor(Namespace namespace, Map<String, String> labels, Namespace root) {
    boolean reaches = id().namespace().equals(namespace) || id().namespace().equals(root);
    return reaches && labels.entrySet().containsAll(selector().entrySet());
  }
}
