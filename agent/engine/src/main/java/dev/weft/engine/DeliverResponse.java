package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.routing.Cors;
import dev.weft.engine.telemetry.PeerMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Hands up what the last try gave, edited by the rule; what peers tell each other is taken out. */
final class DeliverResponse implements Stage.Judge {

  private static final List<String> HIDDEN = List.of(PeerMetadata.HEADER, PeerMetadata.ID_HEADER);
  private static final String SET_COOKIE = "set-cookie";
  private static final Step.Deliver HIDING =
      new Step.Deliver(new HeaderEdits(HIDDEN, List.of(), List.of()));

  private final LongSupplier clock;

  DeliverResponse(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public Step judge(OutboundExchange call, Outcome outcome) {
    Outcome.Head response = outcome instanceof Outcome.Head head ? head : null;
    HeaderEdits rule =
        CallFacts.response(call, Objects.requireNonNull(call.destination).response(), response);
    Course course = call.course();
    List<String> cookies = course == null ? List.of() : course.setCookies();
    HeaderEdits given = cookies.isEmpty() ? rule : with(cookies, rule);
    Step.Deliver step = step(Cors.over(given, call.corsHeaders));
    Duration left =
        course == null || response == null ? null : course.beginResponse(clock.getAsLong());
    return call.deliver(outcome, left == null ? step : new Step.Deliver(step.edits(), left));
  }

  // Given to the caller before the rule's edits, as Envoy's router does.
  private static HeaderEdits with(List<String> cookies, HeaderEdits rule) {
    List<Map.Entry<String, String>> add = new ArrayList<>();
    if (!rule.removes(SET_COOKIE) && !rule.sets(SET_COOKIE)) {
      cookies.forEach(cookie -> add.add(Map.entry(SET_COOKIE, cookie)));
    }
    add.addAll(rule.add());
    return new HeaderEdits(rule.remove(), rule.set(), add);
  }

  private static Step.Deliver step(HeaderEdits rule) {
    if (rule.isEmpty()) {
      return HIDING;
    }
    List<String> remove = new ArrayList<>(HIDDEN);
    remove.addAll(rule.remove());
    return new Step.Deliver(new HeaderEdits(remove, rule.set(), rule.add()));
  }
}
