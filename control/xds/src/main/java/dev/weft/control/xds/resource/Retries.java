package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;

/** Retry policies as istiod's retry.go emits them. */
final class Retries {

  /** How often a retry looks for a host that was not tried yet. */
  private static final int HOST_ATTEMPTS = 5;

  private static final RetryHostPredicate PREVIOUS_HOSTS =
      RetryHostPredicate.newBuilder()
          .setName("envoy.retry_host_predicates.previous_hosts")
          .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance()))
          .build();

  private Retries() {}

  static RetryPolicy of(dev.weft.control.model.RetryPolicy policy) {
    RetryPolicy.Builder built =
        RetryPolicy.newBuilder()
            .setRetryOn(String.join(",", policy.conditions()))
            .setNumRetries(Values.number(policy.attempts()))
            .addAllRetriableStatusCodes(policy.statusCodes())
            .addRetryHostPredicate(PREVIOUS_HOSTS)
            .setHostSelectionRetryMaxAttempts(HOST_ATTEMPTS);
    if (policy.perTryTimeout() != null) {
      built.setPerTryTimeout(Values.duration(policy.perTryTimeout()));
    }
    if (!policy.backoff().equals(dev.weft.control.model.RetryPolicy.DEFAULT_BACKOFF)) {
      built.setRetryBackOff(
          RetryBackOff.newBuilder().setBaseInterval(Values.duration(policy.backoff())));
    }
    return built.build();
  }
}
