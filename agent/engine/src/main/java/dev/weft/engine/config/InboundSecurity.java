package dev.weft.engine.config;

import java.util.Map;
import java.util.Set;

/**
 * What this workload demands of those who connect to it: the PeerAuthentication that is in force.
 *
 * @param mode of every port that is not named
 * @param ports by the port that the workload listens on
 * @param trustDomains whose members may be trusted to say who they are
 */
public record InboundSecurity(Mode mode, Map<Integer, Mode> ports, Set<String> trustDomains) {

  /** A policy that cannot be understood lets nothing in. */
  public static final InboundSecurity UNREADABLE =
      new InboundSecurity(Mode.REFUSE, Map.of(), Set.of());

  public InboundSecurity {
    ports = Map.copyOf(ports);
    trustDomains = Set.copyOf(trustDomains);
  }

  /** Istio's modes of mutual TLS. */
  public enum Mode {
    /** Never mesh TLS. */
    DISABLE,
    /** Mesh TLS and plaintext. */
    PERMISSIVE,
    /** Mesh TLS alone. */
    STRICT,
    /** Nothing at all. */
    REFUSE
  }

  /** What holds for a port of this workload. */
  public Mode of(int port) {
    return ports.getOrDefault(port, mode);
  }

  /** The strictest mode of any port: for a request of which nobody knows at which port it came. */
  public Mode strictest() {
    Mode strictest = mode;
    for (Mode each : ports.values()) {
      if (each.compareTo(strictest) > 0) {
        strictest = each;
      }
    }
    return strictest;
  }
}
