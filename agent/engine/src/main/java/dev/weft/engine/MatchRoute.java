package dev.weft.engine;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.routing.Rules;
import dev.weft.engine.telemetry.ResponseFlag;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds the rule, and draws one of its clusters if it has any. */
final class MatchRoute implements Stage {

  private final RandomGenerator random;

  MatchRoute(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    Rules rules = Objects.requireNonNull(call.plan.rules().get(call.authority.name()));
    Rule rule = rules.match(call.head, headers(call));
    if (rule == null) {
      return LocalReply.to(call, 404, "", ResponseFlag.NO_ROUTE);
    }
    call.rule = rule;
    if (rule.action() instanceof Route.Action.Forward) {
      call.destination = rule.pick(random);
    }
    return null;
  }

  // The application's headers, and beneath them those carried over from its own caller.
  static Headers headers(OutboundExchange call) {
    Headers own = call.head.headers();
    return call.cause == null ? own : call.cause.carried().beneath(own);
  }
}
