package dev.weft.xds.decode;

import dev.weft.engine.config.RetryPolicy;
import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.PreviousPrioritiesConfig;
import dev.weft.xds.proto.RetryPolicyRetryBackOff;
import dev.weft.xds.proto.RetryPolicyRetryHostPredicate;
import dev.weft.xds.proto.RetryPolicyRetryPriority;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code envoy.config.route.v3.RetryPolicy}. */
final class RetryDecoder {

  private static final Duration DEFAULT_BASE = Duration.ofMillis(25);
  private static final String PREVIOUS_PRIORITIES =
      "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3"
          + ".PreviousPrioritiesConfig";
  private static final String PREVIOUS_HOSTS = "envoy.retry_host_predicates.previous_hosts";

  private RetryDecoder() {}

  static RetryPolicy retries(dev.weft.xds.proto.@Nullable RetryPolicy policy, Where where)
      throws InvalidMessageException, InvalidResourceException {
    if (policy == null) {
      return RetryPolicy.NONE;
    }
    int retries =
        policy.numRetries() == null
            ? 1
            : Numbers.from(0, policy.numRetries().value(), where.in("num_retries"));
    RetryPolicyRetryBackOff backOff = policy.retryBackOff();
    Duration base = backOff == null ? DEFAULT_BASE : base(backOff, where.in("retry_back_off"));
    Duration most =
        backOff == null
            ? null
            : Durations.of(backOff.maxInterval(), where.in("retry_back_off.max_interval"));
    Duration max = most == null ? base.multipliedBy(10) : most;
    if (max.compareTo(base) < 0) {
      throw where
          .in("retry_back_off.max_interval")
          .refuse(max + " (expected: at least base_interval, " + base + ")");
    }
    return new RetryPolicy(
        retries,
        conditions(policy.retryOn()),
        statuses(policy.retriableStatusCodes(), where),
        Durations.orIfZero(Durations.of(policy.perTryTimeout(), where.in("per_try_timeout")), null),
        base,
        max,
        hostAttempts(policy, where),
        priorityUpdates(policy, where.in("retry_priority")));
  }

  /** Any other extension is ignored: without it, retries stay with the priorities there are. */
  private static int priorityUpdates(dev.weft.xds.proto.RetryPolicy policy, Where where)
      throws InvalidMessageException, InvalidResourceException {
    RetryPolicyRetryPriority priority = policy.retryPriority();
    Any config = priority == null ? null : priority.typedConfig();
    if (config == null || !config.typeUrl().equals(PREVIOUS_PRIORITIES)) {
      return 0;
    }
    int frequency =
        PreviousPrioritiesConfig.parse(new WireReader(config.value(), IgnoredFields.UNHEARD))
            .updateFrequency();
    if (frequency <= 0) {
      throw where.in("update_frequency").refuse(frequency + " (expected: above 0)");
    }
    return frequency;
  }

  private static Duration base(RetryPolicyRetryBackOff backOff, Where where)
      throws InvalidResourceException {
    Duration base = Durations.of(backOff.baseInterval(), where.in("base_interval"));
    if (base == null || base.isZero()) {
      throw where.in("base_interval").refuse(base + " (expected: above 0)");
    }
    return base;
  }

  /** Envoy, too, ignores what it does not know. */
  private static Set<RetryPolicy.On> conditions(String text) {
    Set<RetryPolicy.On> conditions = EnumSet.noneOf(RetryPolicy.On.class);
    for (String word : text.split(",")) {
      RetryPolicy.On on = RetryPolicy.On.of(word);
      if (on != null) {
        conditions.add(on);
      }
    }
    return conditions;
  }

  private static List<Integer> statuses(List<Long> codes, Where where)
      throws InvalidResourceException {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < codes.size(); i++) {
      statuses.add(Numbers.from(100, codes.get(i), where.in("retriable_status_codes", i)));
    }
    return statuses;
  }

  private static int hostAttempts(dev.weft.xds.proto.RetryPolicy policy, Where where)
      throws InvalidResourceException {
    for (RetryPolicyRetryHostPredicate predicate : policy.retryHostPredicate()) {
      if (predicate.name().equals(PREVIOUS_HOSTS)) {
        long attempts = policy.hostSelectionRetryMaxAttempts();
        Where here = where.in("host_selection_retry_max_attempts");
        return attempts == 0 ? 1 : Numbers.from(1, attempts, here);
      }
    }
    return 0;
  }
}
