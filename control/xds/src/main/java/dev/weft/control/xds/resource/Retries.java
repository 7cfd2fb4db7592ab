package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryPriority;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;

/** Retry policies as istiod's retry.go emits them. */
final class Retries {

  /** How often a retry looks for a host that was not tried yet. */
  private static final int HOST_ATTEMPTS = 5;

  /** After how many tries retries turn to other priorities. */
  private static final int UPDATE_FREQUENCY = 2;

  private static final RetryHostPredicate PREVIOUS_HOSTS =
      RetryHostPredicate.newBuilder()
          .setName("envoy.retry_host_predicates.previous_hosts")
          .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance()))
          .build();

  private static final RetryPriority PREVIOUS_PRIORITIES =
      RetryPriority.newBuilder()
          .setName("envoy.retry_priorities.previous_priorities")
          .setTypedConfig(
              Any.pack(
                  PreviousPrioritiesConfig.newBuilder()
                      .setUpdateFrequency(UPDATE_FREQUENCY)
                      .build()))
          .build();

  private Retries() {}

  static RetryPolicy of(dev.weft.control.model.RetryPolicy policy) {
    RetryPolicy.Builder built =
        RetryPolicy.newBuilder()
            .setRetryOn(String.join(",", policy.conditions()))
            .setNumRetries(Values.number(policy.attempts()))
            .addAllRetriableStatusCodes(policy.statusCodes())
            .setHostSelectionRetryMaxAttempts(HOST_ATTEMPTS);
    if (!Boolean.FALSE.equals(policy.elsewhere())) {
      built.addRetryHostPredicate(PREVIOUS_HOSTS);
    }
    if (policy.remoteLocalities()) {
      built.setRetryPriority(PREVIOUS_PRIORITIES);
    }
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
