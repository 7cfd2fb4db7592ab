package dev.weft.engine.resilience;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Outcome;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.RetryPolicy.On;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Envoy's {@code RetryStateImpl}, as pure functions of a policy and what happened. */
public final class Retries {

  private static final int CONFLICT = 409;

  private Retries() {}

  /**
   * Whether a retry may ever be made after the first byte of the request has left, so that its body
   * is worth keeping.
   */
  public static boolean mayResend(RetryPolicy policy, boolean grpc) {
    if (policy.retries() == 0) {
      return false;
    }
    for (On on : policy.on()) {
      if (mayResend(policy, on, grpc)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayResend(RetryPolicy policy, On on, boolean grpc) {
    return switch (on) {
      case CONNECT_FAILURE, RESET_BEFORE_REQUEST, HTTP3_POST_CONNECT_FAILURE -> false;
      case RETRIABLE_STATUS_CODES -> !policy.statuses().isEmpty();
      case CANCELLED, DEADLINE_EXCEEDED, INTERNAL, RESOURCE_EXHAUSTED, UNAVAILABLE -> grpc;
      default -> true;
    };
  }

  /** Whether this response is one to retry. Only real responses come here, never local replies. */
  public static boolean wants(RetryPolicy policy, Outcome.Head head) {
    if (head.headers().first("x-envoy-ratelimited") != null) {
      return policy.on().contains(On.ENVOY_RATELIMITED);
    }
    return on(policy, head.status()) || onGrpcStatus(policy, head.headers());
  }

  /**
   * Whether a response cannot be one to retry, told without a look at its headers: gRPC alone says
   * with its headers that a 200 is a failure.
   */
  public static boolean isFinal(RetryPolicy policy, int status, boolean grpc) {
    return policy.retries() == 0 || (status < 400 && !grpc && policy.statuses().isEmpty());
  }

  private static boolean on(RetryPolicy policy, int status) {
    return (status >= 500 && status < 600 && policy.on().contains(On.FIVE_XX))
        || (status >= 502 && status <= 504 && policy.on().contains(On.GATEWAY_ERROR))
        || (status == CONFLICT && policy.on().contains(On.RETRIABLE_4XX))
        || (policy.statuses().contains(status) && policy.on().contains(On.RETRIABLE_STATUS_CODES));
  }

  private static boolean onGrpcStatus(RetryPolicy policy, Headers headers) {
    String status = headers.first("grpc-status");
    On on = status == null ? null : grpcCondition(status);
    return on != null && policy.on().contains(on);
  }

  private static @Nullable On grpcCondition(String status) {
    return switch (status) {
      case "1" -> On.CANCELLED;
      case "4" -> On.DEADLINE_EXCEEDED;
      case "8" -> On.RESOURCE_EXHAUSTED;
      case "13" -> On.INTERNAL;
      case "14" -> On.UNAVAILABLE;
      default -> null;
    };
  }

  /**
   * Whether a try without a response is one to retry.
   *
   * @param started whether any try of this call may have sent a byte (Envoy's {@code
   *     upstream_request_started}, which stays set)
   */
  public static boolean wants(RetryPolicy policy, Outcome.Kind kind, boolean started) {
    return switch (kind) {
      case CANCELLED, OTHER -> false;
      case CONNECT, TLS -> policy.on().contains(On.CONNECT_FAILURE) || onReset(policy, started);
      case REFUSED -> policy.on().contains(On.REFUSED_STREAM) || onReset(policy, started);
      case RESET, TIMEOUT -> onReset(policy, started);
    };
  }

  private static boolean onReset(RetryPolicy policy, boolean started) {
    return policy.on().contains(On.RESET)
        || policy.on().contains(On.FIVE_XX)
        || policy.on().contains(On.GATEWAY_ERROR)
        || (!started && policy.on().contains(On.RESET_BEFORE_REQUEST));
  }

  /**
   * How long to wait before a retry: fully jittered, below {@code base * 2^(retry - 1)}, which is
   * capped.
   *
   * @param retry 1 for the first
   */
  public static Duration backoff(RetryPolicy policy, int retry, RandomGenerator random) {
    long base = policy.backoffBase().toNanos();
    long max = policy.backoffMax().toNanos();
    long interval = base;
    for (int i = 1; i < retry && interval < max; i++) {
      interval = interval < max / 2 ? interval * 2 : max;
    }
    return Duration.ofNanos(interval <= 0 ? 0 : random.nextLong(interval));
  }
}
