package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.telemetry.ResponseFlag;
import org.jspecify.annotations.Nullable;

/**
 * Turns failures of the mesh's hosts into Envoy's local replies. What the application or its
 * library brought about itself (cancelled, its own timeout, anything unknown) stays its own
 * exception; so does what becomes of connections whose TLS is the application's, for no sidecar
 * could say more to it than that they broke.
 */
final class AnswerFailure implements Stage.Judge {

  static final String RESET = "upstream connect error or disconnect/reset before headers. ";

  @Override
  public @Nullable Step judge(OutboundExchange call, Outcome outcome) {
    if (!(outcome instanceof Outcome.Failed failed)) {
      return null;
    }
    return switch (failed.kind()) {
      case CANCELLED, OTHER -> null;
      case TIMEOUT -> call.isLate() ? timeout(call) : null;
      case CONNECT, TLS, REFUSED, RESET -> call.authority.isSecure() ? null : reset(call, failed);
    };
  }

  /** The time of the call, or of its last try, is over. */
  static Step timeout(OutboundExchange call) {
    return LocalReply.to(
        call, 504, "upstream request timeout", ResponseFlag.UPSTREAM_REQUEST_TIMEOUT);
  }

  private static Step reset(OutboundExchange call, Outcome.Failed failed) {
    // Only of a connection that was never made is there more to say.
    boolean isTransport =
        failed.kind() == Outcome.Kind.CONNECT || failed.kind() == Outcome.Kind.TLS;
    String cause = isTransport ? failed.cause().getMessage() : null;
    String body =
        RESET
            + (call.tries() > 1 ? "retried and the latest " : "")
            + "reset reason: "
            + Failures.reason(failed.kind())
            + (cause == null ? "" : ", transport failure reason: " + cause);
    return LocalReply.to(call, 503, body, Failures.flag(failed));
  }
}
