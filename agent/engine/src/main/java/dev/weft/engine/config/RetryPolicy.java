package dev.weft.engine.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's retry policy.
 *
 * @param retries after the first try; 0: none
 * @param on which outcomes
 * @param statuses that {@link On#RETRIABLE_STATUS_CODES} means
 * @param perTryTimeout null: only the route's
 * @param backoffBase of the jittered exponential back-off
 * @param hostAttempts how often another endpoint is picked in order to avoid those already tried
 *     (Envoy's previous_hosts predicate); 0: no avoidance
 * @param priorityUpdates after how many tries, and then again, the priorities of those tried are
 *     avoided while another can serve (Envoy's previous_priorities); 0: never
 */
public record RetryPolicy(
    int retries,
    Set<On> on,
    List<Integer> statuses,
    @Nullable Duration perTryTimeout,
    Duration backoffBase,
    Duration backoffMax,
    int hostAttempts,
    int priorityUpdates) {

  /** Retries stay with the priorities that there are. */
  public RetryPolicy(
      int retries,
      Set<On> on,
      List<Integer> statuses,
      @Nullable Duration perTryTimeout,
      Duration backoffBase,
      Duration backoffMax,
      int hostAttempts) {
    this(retries, on, statuses, perTryTimeout, backoffBase, backoffMax, hostAttempts, 0);
  }

  /** No retry. */
  public static final RetryPolicy NONE =
      new RetryPolicy(
          0, Set.of(), List.of(), null, Duration.ofMillis(25), Duration.ofMillis(250), 0);

  public RetryPolicy {
    if (retries < 0) {
      throw new IllegalArgumentException("retries: " + retries + " (expected: >= 0)");
    }
    on = on.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(on));
    statuses = List.copyOf(statuses);
  }

  /** Conditions of {@code x-envoy-retry-on} and {@code x-envoy-retry-grpc-on}. */
  public enum On {
    FIVE_XX("5xx"),
    GATEWAY_ERROR("gateway-error"),
    RESET("reset"),
    RESET_BEFORE_REQUEST("reset-before-request"),
    CONNECT_FAILURE("connect-failure"),
    REFUSED_STREAM("refused-stream"),
    RETRIABLE_4XX("retriable-4xx"),
    RETRIABLE_STATUS_CODES("retriable-status-codes"),
    ENVOY_RATELIMITED("envoy-ratelimited"),
    HTTP3_POST_CONNECT_FAILURE("http3-post-connect-failure"),
    CANCELLED("cancelled"),
    DEADLINE_EXCEEDED("deadline-exceeded"),
    INTERNAL("internal"),
    RESOURCE_EXHAUSTED("resource-exhausted"),
    UNAVAILABLE("unavailable");

    private final String text;

    On(String text) {
      this.text = text;
    }

    /** As written in configuration. */
    public String text() {
      return text;
    }

    /** Null when there is no such condition. */
    public static @Nullable On of(String text) {
      String wanted = text.strip().toLowerCase(Locale.ROOT);
      for (On on : values()) {
        if (on.text.equals(wanted)) {
          return on;
        }
      }
      return null;
    }
  }
}
