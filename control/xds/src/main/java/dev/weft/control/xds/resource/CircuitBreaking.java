package dev.weft.control.xds.resource;

import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.weft.control.model.ConnectionPool;
import dev.weft.control.model.RetryBudget;
import dev.weft.control.model.TrafficPolicy;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.type.v3.Percent;

/** Limits of what is asked of a cluster, as istiod's applyConnectionPool has them. */
final class CircuitBreaking {

  private static final UInt32Value UNLIMITED = UInt32Value.of(-1);

  /** {@code budget_interval}, which is too new for what describes Envoy's messages to us. */
  private static final int BUDGET_INTERVAL = 3;

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
      thresholds.setRetryBudget(budget(budget));
    }
    return CircuitBreakers.newBuilder().addThresholds(thresholds).build();
  }

  private static Thresholds.RetryBudget budget(RetryBudget budget) {
    Thresholds.RetryBudget.Builder built =
        Thresholds.RetryBudget.newBuilder()
            .setBudgetPercent(Percent.newBuilder().setValue(budget.percent()))
            .setMinRetryConcurrency(UInt32Value.of(budget.minRetryConcurrency()));
    if (!budget.interval().isZero()) {
      ByteString interval = Values.duration(budget.interval()).toByteString();
      Field field = Field.newBuilder().addLengthDelimited(interval).build();
      built.setUnknownFields(UnknownFieldSet.newBuilder().addField(BUDGET_INTERVAL, field).build());
    }
    return built.build();
  }

  private static UInt32Value limit(int number) {
    return number == 0 ? UNLIMITED : UInt32Value.of(number);
  }
}
