package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.telemetry.ResponseFlag;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds the rule, and draws one of its clusters. */
final class MatchRoute implements Stage {

  private final RandomGenerator random;
  private final LongSupplier clock;

  MatchRoute(RandomGenerator random, LongSupplier clock) {
    this.random = random;
    this.clock = clock;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    Rule rule = Objects.requireNonNull(call.rules).match(call.head, call.headers);
    if (rule == null) {
      return LocalReply.to(call, 404, "", ResponseFlag.NO_ROUTE);
    }
    call.rule = rule;
    if (rule.action() instanceof Route.Action.Respond respond) {
      return LocalReply.to(call, respond.status(), respond.body());
    }
    Route.Action.Forward forward = (Route.Action.Forward) rule.action();
    call.forward = forward;
    call.destination = rule.pick(random);
    if (forward.timeout() != null && !forward.timeout().isZero()) {
      call.hasDeadline = true;
      // From here, as in Envoy: a wait for configuration is not the service's fault.
      call.deadlineNanos = clock.getAsLong() + forward.timeout().toNanos();
    }
    return null;
  }
}
