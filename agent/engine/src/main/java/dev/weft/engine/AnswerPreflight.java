package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.routing.Cors;
import dev.weft.engine.routing.Rule;
import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Tells pages of other origins what they may do, where the rule has a say in it. */
final class AnswerPreflight implements Stage {

  private final RandomGenerator random;

  AnswerPreflight(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    Rule rule = Objects.requireNonNull(call.rule);
    Cors cors = rule.cors();
    // As in Envoy, only where the request would be sent somewhere.
    if (cors == null || call.destination == null || !cors.concerns(call.head.headers(), random)) {
      return null;
    }
    List<Entry<String, String>> preflight = cors.preflight(call.head);
    if (preflight != null) {
      return LocalReply.preflight(call, preflight);
    }
    call.corsHeaders = cors.onResponse(call.head.headers());
    return null;
  }
}
