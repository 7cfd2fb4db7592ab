package dev.weft.xds.decode;

import dev.weft.engine.config.Limits;
import dev.weft.xds.proto.CircuitBreakers;
import dev.weft.xds.proto.CircuitBreakersThresholds;
import dev.weft.xds.proto.CircuitBreakersThresholdsRetryBudget;
import dev.weft.xds.proto.Cluster;
import dev.weft.xds.proto.RoutingPriority;
import dev.weft.xds.proto.UInt32Value;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.config.cluster.v3.CircuitBreakers} of the default priority, with Envoy's defaults.
 */
final class LimitsDecoder {

  private static final long DEFAULT_LIMIT = 1024;
  private static final long DEFAULT_RETRIES = 3;
  private static final double DEFAULT_BUDGET_PERCENT = 20;

  private LimitsDecoder() {}

  static Limits limits(Cluster cluster, Where where) throws InvalidResourceException {
    CircuitBreakers breakers = cluster.circuitBreakers();
    if (breakers != null) {
      for (int i = 0; i < breakers.thresholds().size(); i++) {
        CircuitBreakersThresholds thresholds = breakers.thresholds().get(i);
        if (thresholds.priority() == RoutingPriority.DEFAULT) {
          return new Limits(
              number(thresholds.maxConnections(), DEFAULT_LIMIT),
              number(thresholds.maxPendingRequests(), DEFAULT_LIMIT),
              number(thresholds.maxRequests(), DEFAULT_LIMIT),
              number(thresholds.maxRetries(), DEFAULT_RETRIES),
              budget(
                  thresholds.retryBudget(),
                  Metadata.millis(Metadata.weft(cluster.metadata()), "retry_budget_interval_ms"),
                  where.in("thresholds", i).in("retry_budget")));
        }
      }
    }
    return new Limits(DEFAULT_LIMIT, DEFAULT_LIMIT, DEFAULT_LIMIT, DEFAULT_RETRIES, null);
  }

  private static long number(@Nullable UInt32Value value, long otherwise) {
    return value == null ? otherwise : value.value();
  }

  private static Limits.@Nullable Budget budget(
      @Nullable CircuitBreakersThresholdsRetryBudget budget, Duration interval, Where where)
      throws InvalidResourceException {
    if (budget == null) {
      return null;
    }
    double percent =
        Numbers.percent(budget.budgetPercent(), DEFAULT_BUDGET_PERCENT, where.in("budget_percent"));
    return new Limits.Budget(
        percent, number(budget.minRetryConcurrency(), DEFAULT_RETRIES), interval);
  }
}
