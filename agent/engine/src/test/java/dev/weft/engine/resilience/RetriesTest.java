package dev.weft.engine.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.RetryPolicy.On;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Envoy's RetryStateImpl, condition by condition. */
class RetriesTest {

  private static RetryPolicy on(On... on) {
    return policy(Set.of(on), List.of());
  }

  private static RetryPolicy policy(Set<On> on, List<Integer> statuses) {
    return new RetryPolicy(2, on, statuses, null, Duration.ofMillis(25), Duration.ofMillis(250), 5);
  }

  private static boolean status(RetryPolicy policy, int status) {
    return Retries.wants(policy, new Outcome.Head(status, Headers.NONE, true));
  }

  private static boolean grpc(RetryPolicy policy, String code) {
    Headers headers = Headers.of(List.of(Map.entry("grpc-status", code)));
    return Retries.wants(policy, new Outcome.Head(200, headers, true));
  }

  @Test
  void readsStatuses() {
    assertThat(status(on(On.FIVE_XX), 500)).isTrue();
    assertThat(status(on(On.FIVE_XX), 599)).isTrue();
    assertThat(status(on(On.FIVE_XX), 499)).isFalse();
    assertThat(status(on(On.FIVE_XX), 600)).isFalse();
    for (int status = 500; status < 510; status++) {
      assertThat(status(on(On.GATEWAY_ERROR), status)).isEqualTo(status >= 502 && status <= 504);
    }
    assertThat(status(on(On.RETRIABLE_4XX), 409)).isTrue();
    assertThat(status(on(On.RETRIABLE_4XX), 404)).isFalse();
    RetryPolicy codes = policy(Set.of(On.RETRIABLE_STATUS_CODES), List.of(418, 302));
    assertThat(status(codes, 418)).isTrue();
    assertThat(status(codes, 302)).isTrue();
    assertThat(status(codes, 503)).isFalse();
    assertThat(status(on(On.RETRIABLE_STATUS_CODES), 503)).isFalse();
    EnumSet<On> others = EnumSet.allOf(On.class);
    others.removeAll(Set.of(On.FIVE_XX, On.GATEWAY_ERROR));
    assertThat(status(policy(others, List.of()), 503)).isFalse();
  }

  @Test
  void readsGrpcStatuses() {
    Map<On, String> codes =
        Map.of(
            On.CANCELLED, "1",
            On.DEADLINE_EXCEEDED, "4",
            On.RESOURCE_EXHAUSTED, "8",
            On.INTERNAL, "13",
            On.UNAVAILABLE, "14");
    codes.forEach(
        (on, code) -> {
          for (int status = 0; status <= 16; status++) {
            assertThat(grpc(on(on), "" + status)).isEqualTo(code.equals("" + status));
          }
        });
    assertThat(grpc(on(On.values()), "0")).isFalse();
  }

  @Test
  void leavesRateLimitedResponsesAlone() {
    Headers limited = Headers.of(List.of(Map.entry("X-Envoy-RateLimited", "true")));
    Outcome.Head head = new Outcome.Head(503, limited, true);
    assertThat(Retries.wants(on(On.FIVE_XX), head)).isFalse();
    assertThat(Retries.wants(on(On.FIVE_XX, On.ENVOY_RATELIMITED), head)).isTrue();
  }

  @Test
  void readsFailures() {
    for (Kind kind : Kind.values()) {
      boolean isOurs = kind == Kind.CANCELLED || kind == Kind.OTHER;
      for (On all : List.of(On.RESET, On.FIVE_XX, On.GATEWAY_ERROR)) {
        assertThat(Retries.wants(on(all), kind, true)).as("%s %s", all, kind).isEqualTo(!isOurs);
      }
      boolean isConnect = kind == Kind.CONNECT || kind == Kind.TLS;
      assertThat(Retries.wants(on(On.CONNECT_FAILURE), kind, false)).isEqualTo(isConnect);
      assertThat(Retries.wants(on(On.REFUSED_STREAM), kind, true)).isEqualTo(kind == Kind.REFUSED);
      assertThat(Retries.wants(on(On.RESET_BEFORE_REQUEST), kind, true)).isFalse();
      assertThat(Retries.wants(on(On.RESET_BEFORE_REQUEST), kind, false)).isEqualTo(!isOurs);
      assertThat(Retries.wants(on(On.RETRIABLE_STATUS_CODES, On.UNAVAILABLE), kind, true))
          .isFalse();
    }
  }

  @Test
  void knowsWhenABodyIsWorthKeeping() {
    assertThat(Retries.mayResend(on(On.CONNECT_FAILURE, On.RESET_BEFORE_REQUEST), true)).isFalse();
    assertThat(Retries.mayResend(on(On.RETRIABLE_STATUS_CODES), true)).isFalse();
    assertThat(Retries.mayResend(policy(Set.of(On.RETRIABLE_STATUS_CODES), List.of(503)), false))
        .isTrue();
    assertThat(Retries.mayResend(on(On.UNAVAILABLE), true)).isTrue();
    assertThat(Retries.mayResend(on(On.UNAVAILABLE), false)).isFalse();
    assertThat(Retries.mayResend(on(On.REFUSED_STREAM), false)).isTrue();
    assertThat(Retries.mayResend(RetryPolicy.NONE, true)).isFalse();
  }

  @Test
  void isFinalOnlyWhenNoRetryCanFollow() {
    RetryPolicy codes = policy(Set.of(On.RETRIABLE_STATUS_CODES), List.of(200));
    assertThat(Retries.isFinal(on(On.FIVE_XX), 200, false)).isTrue();
    assertThat(Retries.isFinal(on(On.FIVE_XX), 200, true)).isFalse();
    assertThat(Retries.isFinal(on(On.FIVE_XX), 500, false)).isFalse();
    assertThat(Retries.isFinal(codes, 200, false)).isFalse();
    assertThat(Retries.isFinal(RetryPolicy.NONE, 500, true)).isTrue();
  }

  /** JitteredExponentialBackOffStrategy: random in [0, base * 2^n), capped. */
  @Test
  void waitsJitteredAndLonger() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long[] bounds = {25, 50, 100, 200, 250, 250};
    for (int retry = 1; retry <= bounds.length; retry++) {
      long longest = 0;
      for (int i = 0; i < 2_000; i++) {
        longest = Math.max(longest, Retries.backoff(on(), retry, random).toNanos());
      }
      long bound = bounds[retry - 1] * 1_000_000;
      assertThat(longest).as("seed %d, retry %d", seed, retry).isBetween(bound * 9 / 10, bound - 1);
    }
    assertThat(Retries.backoff(on(), 10_000, random)).isLessThan(Duration.ofMillis(250));
  }
}
