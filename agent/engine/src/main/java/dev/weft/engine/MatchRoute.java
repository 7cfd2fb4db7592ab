package dev.weft.engine;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.routing.Rules;
import dev.weft.engine.telemetry.ResponseFlag;
import java.time.Duration;
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
    Rules rules = Objects.requireNonNull(call.plan.rules().get(call.authority.name()));
    Rule rule = rules.match(call.head, headers(call));
    if (rule == null) {
      return LocalReply.to(call, 404, "", ResponseFlag.NO_ROUTE);
    }
    if (rule.action() instanceof Route.Action.Respond respond) {
      return LocalReply.of(call, respond, rule.response());
    }
    Destination destination = rule.pick(random);
    call.destination = destination;
    Duration timeout = destination.forward().timeout();
    if (timeout != null && !timeout.isZero()) {
      // From here, as in Envoy: a wait for configuration is not the service's fault.
      call.makeCourse().endBy(clock.getAsLong() + timeout.toNanos());
    }
    return null;
  }

  // The application's headers, and beneath them those carried over from its own caller.
  static Headers headers(OutboundExchange call) {
    Headers own = call.head.headers();
    return call.cause == null ? own : call.cause.carried().beneath(own);
  }
}
