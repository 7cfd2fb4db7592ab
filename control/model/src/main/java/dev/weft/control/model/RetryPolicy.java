package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When and how often a failed try is repeated.
 *
 * @param attempts how many further tries after the first; 0: none
 * @param perTryTimeout of each try; null: the route's timeout alone bounds it
 * @param conditions Envoy's names, for example {@code connect-failure}, {@code 5xx}, {@code reset};
 *     gRPC's included
 * @param statusCodes response codes that are retried, for {@code retriable-status-codes}
 * @param backoff the base of the jittered exponential back-off
 * @param elsewhere whether a retry avoids the endpoints that were tried; null: it does, unless a
 *     hash chooses the endpoint
 * @param remoteLocalities whether retries also go to localities of lower priority
 */
public record RetryPolicy(
    int attempts,
    @Nullable Duration perTryTimeout,
    List<String> conditions,
    List<Integer> statusCodes,
    Duration backoff,
    @Nullable Boolean elsewhere,
    boolean remoteLocalities) {

  /** Envoy's base interval. */
  public static final Duration DEFAULT_BACKOFF = Duration.ofMillis(25);

  /** What is retried where a policy does not say; Istio's default list. */
  public static final List<String> DEFAULT_CONDITIONS =
      List.of(
          "connect-failure",
          "refused-stream",
          "unavailable",
          "cancelled",
          "retriable-status-codes");

  /**
   * What applies where a route says nothing, as in Istio: two retries of failures that are safe to
   * repeat.
   */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(2, null, DEFAULT_CONDITIONS, List.of(), DEFAULT_BACKOFF, null, false);

  /** Retries switched off. */
  public static final RetryPolicy NONE =
      new RetryPolicy(0, null, List.of(), List.of(), DEFAULT_BACKOFF, null, false);

  public RetryPolicy {
    conditions = List.copyOf(conditions);
    statusCodes = List.copyOf(statusCodes);
  }
}
