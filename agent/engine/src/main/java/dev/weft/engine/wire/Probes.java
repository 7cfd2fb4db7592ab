package dev.weft.engine.wire;

import dev.weft.bridge.RequestHead;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What may be asked in plaintext and without an identity, whatever is demanded of callers, by
 * whoever looks after this workload's health: exactly these, and nothing that only resembles them.
 *
 * @param targets by port: path, with its query if it has one, as it must be written
 */
public record Probes(Map<Integer, Set<String>> targets) {

  public static final Probes NONE = new Probes(Map.of());

  /** As kubelets ask gRPC servers. */
  private static final String GRPC = "/grpc.health.v1.Health/Check";

  public Probes {
    Map<Integer, Set<String>> copy = new HashMap<>();
    targets.forEach((port, each) -> copy.put(port, Set.copyOf(each)));
    targets = Map.copyOf(copy);
  }

  boolean at(int port) {
    return targets.containsKey(port);
  }

  boolean allow(int port, RequestHead head) {
    Set<String> there = targets.get(port);
    return there != null
        && there.contains(head.target())
        && head.method().equals(head.target().equals(GRPC) ? "POST" : "GET");
  }
}
