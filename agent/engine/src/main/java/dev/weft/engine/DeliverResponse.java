package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.telemetry.PeerMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Hands up what the last try gave, edited by the rule; what peers tell each other is taken out. */
final class DeliverResponse implements Stage.Judge {

  private static final List<String> HIDDEN = List.of(PeerMetadata.HEADER, PeerMetadata.ID_HEADER);
  private static final Step.Deliver HIDING =
      new Step.Deliver(new HeaderEdits(HIDDEN, List.of(), List.of()));

  @Override
  public Step judge(OutboundExchange call, Outcome outcome) {
    return call.deliver(outcome, step(Objects.requireNonNull(call.destination).response()));
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
