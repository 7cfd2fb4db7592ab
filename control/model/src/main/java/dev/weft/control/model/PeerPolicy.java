package dev.weft.control.model;

import java.util.Map;

/**
 * One PeerAuthentication.
 *
 * @param selector which workloads of its namespace it is for; empty: all of them, and in the root
 *     namespace the whole mesh
 * @param ports by the port that the workload listens on; only with a selector
 */
public record PeerPolicy(
    ResourceId id,
    Map<String, String> selector,
    MutualTls mode,
    Map<Integer, MutualTls> ports,
    SourceLocation location) {

  public PeerPolicy {
    selector = Map.copyOf(selector);
    ports = Map.copyOf(ports);
  }

  /** Whether it picks out single workloads. */
  public boolean selects() {
    return !selector.isEmpty();
  }

  /** Whether it picks out this one. */
  public boolean selects(Namespace namespace, Map<String, String> labels) {
    return selects()
        && id.namespace().equals(namespace)
        && labels.entrySet().containsAll(selector.entrySet());
  }
}
