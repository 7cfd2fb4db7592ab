package dev.weft.control.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one workload demands of those who connect to it.
 *
 * @param mode of every port that is not named; never {@link MutualTls#UNSET}
 * @param ports by the port that the workload listens on; never {@link MutualTls#UNSET}
 */
public record InboundPolicy(MutualTls mode, SortedMap<Integer, MutualTls> ports) {

  public InboundPolicy {
    ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
  }

  public MutualTls of(int port) {
    return ports.getOrDefault(port, mode);
  }

  /**
   * Composes policies as istiod's {@code ComposePeerAuthentication}: mesh, namespace, workload, the
   * oldest of each; what is unset there is inherited, and PERMISSIVE in the end. One with a
   * selector in the root namespace counts nowhere.
   *
   * @param policies the oldest first
   */
  static InboundPolicy of(
      List<PeerPolicy> policies, Namespace root, Namespace namespace, Map<String, String> labels) {
    PeerPolicy mesh = first(policies, it -> !it.selects() && it.id().namespace().equals(root));
    PeerPolicy own =
        namespace.equals(root)
            ? null
            : first(policies, it -> !it.selects() && it.id().namespace().equals(namespace));
    PeerPolicy workload =
        namespace.equals(root) ? null : first(policies, it -> it.selects(namespace, labels));
    MutualTls mode = MutualTls.PERMISSIVE;
    for (@Nullable PeerPolicy policy : new PeerPolicy[] {mesh, own, workload}) {
      if (policy != null && policy.mode() != MutualTls.UNSET) {
        mode = policy.mode();
      }
    }
    SortedMap<Integer, MutualTls> ports = new TreeMap<>();
    if (workload != null) {
      for (Map.Entry<Integer, MutualTls> port : workload.ports().entrySet()) {
        ports.put(port.getKey(), port.getValue() == MutualTls.UNSET ? mode : port.getValue());
      }
    }
    return new InboundPolicy(mode, ports);
  }

  private static @Nullable PeerPolicy first(
      List<PeerPolicy> policies, Predicate<PeerPolicy> which) {
    return policies.stream().filter(which).findFirst().orElse(null);
  }

  /** {@code STRICT}, {@code STRICT, 9080 PERMISSIVE}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(mode.name());
    ports.forEach((port, its) -> text.append(", ").append(port).append(' ').append(its));
    return text.toString();
  }
}
