package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * The {@code loadBalancer} block; a lower level's block replaces a higher one's as a whole.
 *
 * @param consistentHash takes the place of the simple policy; null: none
 * @param warmup of {@code LEAST_REQUEST} and {@code ROUND_ROBIN}; null: none
 * @param locality which localities go before others
 */
public record LoadBalancer(
    LoadBalancing simple,
    @Nullable ConsistentHash consistentHash,
    @Nullable Warmup warmup,
    LocalityBalancing locality) {

  /** Istio's default. */
  public static final LoadBalancer DEFAULT =
      new LoadBalancer(LoadBalancing.LEAST_REQUEST, null, null, LocalityBalancing.DEFAULT);

  /** In a mesh with this setting, which holds where nothing is written. */
  LoadBalancer in(LocalityBalancing mesh) {
    return locality.written() ? this : new LoadBalancer(simple, consistentHash, warmup, mesh);
  }
}
