package dev.weft.engine.config;

import org.jspecify.annotations.Nullable;

/**
 * Envoy's circuit breakers, as far as they are enforced: of this process alone, for one cluster.
 *
 * @param requests at the same time
 * @param retries at the same time, where there is no budget
 * @param budget takes the place of the limit of retries; null: none
 */
public record Limits(long requests, long retries, @Nullable Budget budget) {

  /** As good as none. */
  public static final Limits NONE = new Limits(0xFFFF_FFFFL, 0xFFFF_FFFFL, null);

  /**
   * How many of the active requests may be retries.
   *
   * @param percent of them
   * @param minimum that may be whatever the percentage
   */
  public record Budget(double percent, long minimum) {}
}
