package dev.weft.engine;

import dev.weft.bridge.Step;
import org.jspecify.annotations.Nullable;

/**
 * Answers what goes to nobody in the registry, where that is the policy. It decides by the plan by
 * which the call was taken on.
 */
final class RefuseUnknown implements Stage {

  private final Outsiders unknown;

  RefuseUnknown(Engine engine) {
    this.unknown = engine.outsiders;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    return unknown.refuses(call.plan, call.authority) ? LocalReply.blackHole(call) : null;
  }
}
