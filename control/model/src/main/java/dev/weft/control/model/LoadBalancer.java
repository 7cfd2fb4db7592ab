package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * The {@code loadBalancer} block; a lower level's block replaces a higher one's as a whole.
 *
 * @param consistentHash takes the place of the simple policy; null: none
 */
public record LoadBalancer(LoadBalancing simple, @Nullable ConsistentHash consistentHash) {

  /** Istio's default. */
  public static final LoadBalancer DEFAULT = new LoadBalancer(LoadBalancing.LEAST_REQUEST, null);
}
