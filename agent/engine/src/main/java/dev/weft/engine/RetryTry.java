package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.Step;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.Upstream;
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
    RetryPolicy policy = Objects.requireNonNull(call.destination).forward().retries();
    if (policy.retries() == 0 || !wants(call, policy, outcome) || !outcome.replayable()) {
      return null;
    }
    int retry = call.tries(); // every try but the first was one
    if (retry > policy.retries()) {
      call.flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      return null;
    }
    Balancer balancer = call.plan.balancers().get(call.destination.cluster());
    if (balancer != null && !call.beginRetry(balancer.load())) {
      call.flag(ResponseFlag.UPSTREAM_OVERFLOW);
      return null;
    }
    Course course = call.makeCourse();
    Upstream failed = call.endTry();
    if (failed != null) {
      course.avoid(failed);
    }
    engine.telemetry.happened(Telemetry.Event.RETRIED);
    call.retry();
    Duration pause = Retries.backoff(policy, retry, engine.random);
    pause = course.atMost(pause, engine.clock.getAsLong());
    return pause.isZero() ? call.proceed() : new Step.Wait(pause, null);
  }

  private boolean wants(OutboundExchange call, RetryPolicy policy, Outcome outcome) {
    if (outcome instanceof Outcome.Head head) {
      if (Retries.isFinal(policy, head.status(), call.grpc) || !Retries.wants(policy, head)) {
        return false;
      }
      call.makeCourse().setBegan();
      return true;
    }
    return wants(call.makeCourse(), policy, ((Outcome.Failed) outcome).kind());
  }

  private boolean wants(Course course, RetryPolicy policy, Kind kind) {
    if (kind != Kind.CONNECT && kind != Kind.TLS) {
      course.setBegan();
    }
    // The call's own time is over, or the library's: neither is Envoy's per-try timeout.
    boolean isTime = kind == Kind.TIMEOUT;
    return (!isTime || course.isLateForTheTryOnly(engine.clock.getAsLong()))
        && Retries.wants(policy, kind, course.hasBegun());
  }
}
