package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.config.Route.Action;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.Rule;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers where the rule itself has the answer; for all others the time begins to run. */
final class ActOnRule implements Stage {

  private final LongSupplier clock;

  ActOnRule(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    Destination destination = call.destination;
    if (destination == null) {
      return answer(call, Objects.requireNonNull(call.rule));
    }
    Duration timeout = destination.forward().timeout();
    if (timeout != null && !timeout.isZero()) {
      // From here, as in Envoy: neither a wait for configuration nor an injected delay counts.
      call.makeCourse().endBy(clock.getAsLong() + timeout.toNanos());
    }
    if (call.cause != null) {
      call.cause.bound(call);
    }
    return null;
  }

  private static Step answer(OutboundExchange call, Rule rule) {
    return rule.action() instanceof Action.Redirect redirect
        ? LocalReply.redirect(call, redirect.status(), rule.location(call.head))
        : LocalReply.of(call, (Action.Respond) rule.action());
  }
}
