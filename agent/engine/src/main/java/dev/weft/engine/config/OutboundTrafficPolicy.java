package dev.weft.engine.config;

import java.util.Set;

/**
 * What becomes of requests and connections to hosts that the mesh does not know, and to ports that
 * a host does not have: Istio's setting of this name.
 *
 * @param allowsAny whether they go where the application sends them; otherwise they are refused
 * @param opaque {@code host:port} of ports that carry something else than routed requests, which is
 *     nobody's business here; of wildcards what follows the star. Empty where all is allowed
 * @param known where connections may go; empty where all is allowed
 */
public record OutboundTrafficPolicy(boolean allowsAny, Set<String> opaque, Places known) {

  public static final OutboundTrafficPolicy ALLOW_ANY =
      new OutboundTrafficPolicy(true, Set.of(), Places.NONE);

  public OutboundTrafficPolicy {
    opaque = Set.copyOf(opaque);
  }

  /** Only what is known, and these ports. */
  public static OutboundTrafficPolicy registryOnly(Set<String> opaque, Places known) {
    return new OutboundTrafficPolicy(false, opaque, known);
  }

  /**
   * Whether it may be asked for this port of a known host on which nothing is routed.
   *
   * @param authority host and port, lower case
   */
  public boolean allows(String authority) {
    return allowsAny
        || opaque.contains(authority)
        || opaque.stream().anyMatch(it -> it.startsWith(".") && authority.endsWith(it));
  }
}
