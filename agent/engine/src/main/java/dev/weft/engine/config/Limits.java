package dev.weft.engine.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's circuit breakers: of this process alone, for one cluster.
 *
 * @param connections at the same time, which is requests that have one for themselves
 * @param pending requests that wait for a connection
 * @param requests at the same time
 * @param retries at the same time, where there is no budget
 * @param budget takes the place of the limit of retries; null: none
 */
public record Limits(
    long connections, long pending, long requests, long retries, @Nullable Budget budget) {

  /** As many as there may be; what istiod sends for it. */
  public static final long UNLIMITED = 0xFFFF_FFFFL;

  /** As good as none. */
  public static final Limits NONE = new Limits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, null);

  /**
   * How many requests may be retries at the same time.
   *
   * @param percent of the requests
   * @param minimum that may be whatever the percentage
   * @param interval within which requests have begun that count; 0: those that are active
   */
  public record Budget(double percent, long minimum, Duration interval) {}
}
