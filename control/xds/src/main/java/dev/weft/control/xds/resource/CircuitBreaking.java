package dev.weft.control.xds.resource;

import com.google.protobuf.UInt32Value;
import dev.weft.control.model.ConnectionPool;
import dev.weft.control.model.RetryBudget;
import dev.weft.control.model.TrafficPolicy;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.type.v3.Percent;

/** Limits of what is asked of a cluster, as istiod's applyConnectionPool has them. */
final class CircuitBreaking {

  private static final UInt32Value UNLIMITED = UInt32Value.of(-1);

  private CircuitBreaking() {}

  static CircuitBreakers of(TrafficPolicy policy) {
    ConnectionPool pool = policy.limits();
    Thresholds.Builder thresholds =
        Thresholds.newBuilder()
            .setMaxConnections(limit(pool.maxConnections()))
            .setMaxPendingRequests(limit(pool.maxPendingRequests()))
            .setMaxRequests(limit(pool.maxRequests()))
            .setMaxRetries(limit(pool.maxRetries()));
    RetryBudget budget = policy.retryBudget();
    if (budget != null) {
      thresholds.setRetryBudget(
          Thresholds.RetryBudget.newBuilder()
              .setBudgetPercent(Percent.newBuilder().setValue(budget.percent()))
              .setMinRetryConcurrency(UInt32Value.of(budget.minRetryConcurrency())));
    }
    return CircuitBreakers.newBuilder().addThresholds(thresholds).build();
  }

  private static UInt32Value limit(int number) {
    return number == 0 ? UNLIMITED : UInt32Value.of(number);
  }
}
