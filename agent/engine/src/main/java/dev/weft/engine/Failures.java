package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.engine.telemetry.ResponseFlag;

/** The one table from what went wrong to how Envoy calls it. */
final class Failures {

  private Failures() {}

  /** The response flag of a try without response. */
  static ResponseFlag flag(Outcome outcome) {
    return outcome instanceof Outcome.Failed failed
        ? flag(failed.kind())
        : ResponseFlag.LOCAL_RESET;
  }

  private static ResponseFlag flag(Outcome.Kind kind) {
    return switch (kind) {
      case CONNECT, TLS -> ResponseFlag.UPSTREAM_CONNECTION_FAILURE;
      case REFUSED -> ResponseFlag.UPSTREAM_REMOTE_RESET;
      case RESET -> ResponseFlag.UPSTREAM_CONNECTION_TERMINATION;
      // The library's own timeout, or the application: for a sidecar, the caller went away.
      case TIMEOUT, CANCELLED -> ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION;
      case OTHER -> ResponseFlag.LOCAL_RESET;
    };
  }

  /** Envoy's words for it. */
  static String reason(Outcome.Kind kind) {
    return switch (kind) {
      case CONNECT, TLS -> "remote connection failure";
      case REFUSED -> "remote refused stream reset";
      case RESET -> "connection termination";
      case TIMEOUT, CANCELLED, OTHER -> "local reset";
    };
  }
}
