package dev.weft.control.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How connections to one cluster are made and chosen, with every default filled in.
 *
 * @param outlierDetection null: none
 * @param retryBudget null: none
 * @param tls what is spoken; null: nothing was said, and the mesh's own mutual TLS where it reaches
 */
public record TrafficPolicy(
    LoadBalancer loadBalancer,
    Duration connectTimeout,
    @Nullable OutlierDetection outlierDetection,
    ConnectionPool limits,
    @Nullable RetryBudget retryBudget,
    @Nullable ClientTls tls) {

  /** Istio's defaults. */
  public static final TrafficPolicy DEFAULT =
      new TrafficPolicy(
          LoadBalancer.DEFAULT, Duration.ofSeconds(10), null, ConnectionPool.UNLIMITED, null, null);

  /** Whether the weights of localities decide, rather than those of their endpoints. */
  public boolean weighsLocalities() {
    return loadBalancer.locality().isWeighted(outlierDetection != null);
  }
}
