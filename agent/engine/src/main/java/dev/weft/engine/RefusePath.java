package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.NormalPath;
import org.jspecify.annotations.Nullable;

/** Answers what no sidecar would let through, whatever the routes say. */
final class RefusePath implements Stage {

  private static final Route.Action.Respond BAD_REQUEST =
      new Route.Action.Respond(400, new byte[0]);

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    return NormalPath.isForbidden(call.head.target()) ? LocalReply.of(call, BAD_REQUEST) : null;
  }
}
