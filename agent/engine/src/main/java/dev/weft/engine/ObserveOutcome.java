package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.balance.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the endpoint's outlier detection how a try ended, in the terms of Envoy's router. What the
 * application or its library brought about itself says nothing of the endpoint.
 */
final class ObserveOutcome implements Stage.Judge {

  @Override
  public @Nullable Step judge(OutboundExchange call, Outcome outcome) {
    Upstream upstream = call.upstream();
    if (upstream == null) {
      return null;
    }
    if (outcome instanceof Outcome.Head head) {
      // A gRPC status counts where it comes with the head, not as a trailer.
      String status = call.grpc ? Grpc.status(head.headers()) : null;
      upstream.responded(status == null ? head.status() : Grpc.http(status));
    } else {
      failed(call, upstream, ((Outcome.Failed) outcome).kind());
    }
    return null;
  }

  private static void failed(OutboundExchange call, Upstream upstream, Outcome.Kind kind) {
    switch (kind) {
      case CONNECT, TLS -> upstream.failed(false);
      case REFUSED, RESET -> upstream.failed(true);
      case TIMEOUT -> {
        if (call.isLate()) {
          upstream.timedOut();
        }
      }
      case CANCELLED, OTHER -> {
        // not the endpoint's doing
      }
    }
  }

  /** The response broke off. */
  static void broken(OutboundExchange call) {
    Upstream upstream = call.upstream();
    if (upstream == null) {
      return;
    }
    if (call.isLate()) {
      upstream.timedOut();
    } else {
      upstream.failed(true);
    }
  }
}
