package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.Step;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.resilience.Retries;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.Telemetry;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes a failed try again, as far as the rule says so and the request can be sent once more. */
final class RetryTry implements Stage.Judge {

  private final Engine engine;

  RetryTry(Engine engine) {
    this.engine = engine;
  }

  @Override
  public @Nullable Step judge(OutboundExchange call, Outcome outcome) {
    RetryPolicy policy = Objects.requireNonNull(call.forward).retries();
    if (policy.retries() == 0 || !wants(call, policy, outcome) || !outcome.replayable()) {
      return null;
    }
    if (call.retries == policy.retries()) {
      call.flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      return null;
    }
    call.retries++;
    call.endTry();
    call.avoidUpstream();
    engine.telemetry.happened(Telemetry.Event.RETRIED);
    call.retry();
    Duration pause = Retries.backoff(policy, call.retries, engine.random);
    if (call.hasDeadline && call.nanosLeft() < pause.toNanos()) {
      pause = Duration.ofNanos(Math.max(1, call.nanosLeft())); // no longer than the call may last
    }
    return pause.isZero() ? call.proceed() : new Step.Wait(pause, null);
  }

  private static boolean wants(OutboundExchange call, RetryPolicy policy, Outcome outcome) {
    if (outcome instanceof Outcome.Head head) {
      return !Retries.isFinal(policy, head.status(), call.grpc) && Retries.wants(policy, head);
    }
    Kind kind = ((Outcome.Failed) outcome).kind();
    call.began |= kind != Kind.CONNECT && kind != Kind.TLS;
    // The call's own time is over, or the library's: neither is Envoy's per-try timeout.
    boolean isPerTry = call.isLate() && !call.timesOutFinally;
    return (kind != Kind.TIMEOUT || isPerTry) && Retries.wants(policy, kind, call.began);
  }
}
