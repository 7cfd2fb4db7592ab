package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.Editing;
import dev.weft.engine.routing.HeaderFormat;
import dev.weft.engine.routing.PseudoHeaders;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What variables in header edits stand for. As in Envoy, those of a request see the request as the
 * application made it, without what is removed from it; those of a response see it as it was sent.
 */
final class CallFacts implements HeaderFormat.Facts {

  private final OutboundExchange call;
  private final HeaderEdits edits; // that the request has seen so far
  private final boolean sent;
  private final Outcome.@Nullable Head response;

  private CallFacts(
      OutboundExchange call, HeaderEdits edits, boolean sent, Outcome.@Nullable Head response) {
    this.call = call;
    this.edits = edits;
    this.sent = sent;
    this.response = response;
  }

  /** The rule's edits of the request. */
  static HeaderEdits request(OutboundExchange call, Editing rule) {
    if (!rule.varies()) {
      return rule.fixed();
    }
    HeaderEdits removals = new HeaderEdits(rule.fixed().remove(), List.of(), List.of());
    return rule.of(new CallFacts(call, removals, false, null));
  }

  /**
   * The rule's edits of the response.
   *
   * @param response null for one that the mesh itself gives
   */
  static HeaderEdits response(
      OutboundExchange call, Editing rule, Outcome.@Nullable Head response) {
    if (!rule.varies()) {
      return rule.fixed();
    }
    HeaderEdits seen = call.edits == null ? HeaderEdits.NONE : call.edits;
    return rule.of(new CallFacts(call, seen, call.edits != null, response));
  }

  @Override
  public @Nullable String request(String name) {
    if (!PseudoHeaders.is(name)) {
      return header(name);
    }
    RequestHead head = call.head;
    Destination destination = sent ? call.destination : null;
    return destination == null
        ? PseudoHeaders.of(name, head)
        : PseudoHeaders.of(
            name, head, destination.authority(head.authority()), destination.target(head.target()));
  }

  private @Nullable String header(String name) {
    for (int i = edits.set().size() - 1; i >= 0; i--) {
      if (edits.set().get(i).getKey().equalsIgnoreCase(name)) {
        return edits.set().get(i).getValue();
      }
    }
    String value = edits.removes(name) ? null : MatchRoute.headers(call).first(name);
    return value == null ? added(name) : value;
  }

  private @Nullable String added(String name) {
    for (Entry<String, String> pair : edits.add()) {
      if (pair.getKey().equalsIgnoreCase(name)) {
        return pair.getValue();
      }
    }
    return null;
  }

  @Override
  public @Nullable String response(String name) {
    return response == null ? null : response.headers().first(name);
  }

  @Override
  public int status() {
    return response == null ? 0 : response.status();
  }

  @Override
  public String route() {
    return call.rule == null ? "" : call.rule.name();
  }

  @Override
  public String cluster() {
    return call.destination == null ? "" : call.destination.cluster();
  }
}
