package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.Fault;
import dev.weft.control.model.FindingCode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code fault}. */
final class FaultReader {

  /** gRPC's status codes, in their order. */
  private static final List<String> CODES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private FaultReader() {}

  static @Nullable Fault read(ObjectReader route) {
    if (!route.has("fault")) {
      return null;
    }
    ObjectReader fault = route.object("fault");
    if (!fault.has("abort") && !fault.has("delay")) {
      route.report(FindingCode.MISSING, "fault", "is empty (expected: abort or delay)");
    }
    return new Fault(
        fault.has("delay") ? delay(fault.object("delay")) : null,
        fault.has("abort") ? abort(fault.object("abort")) : null);
  }

  private static Fault.@Nullable Delay delay(ObjectReader delay) {
    if (delay.has("exponentialDelay")) {
      delay.report(
          FindingCode.INVALID,
          "exponentialDelay",
          "is not supported, as in Istio (expected: fixedDelay)");
    }
    Duration fixed = delay.duration("fixedDelay");
    Integer share = Shares.read(delay, "percentage");
    Integer older = delay.number("percent");
    if (share == null && older != null) {
      share = older * Shares.ONE_PERCENT;
    }
    return fixed == null ? null : new Fault.Delay(fixed, share);
  }

  private static Fault.@Nullable Abort abort(ObjectReader abort) {
    if (abort.has("http2Error")) {
      abort.report(
          FindingCode.INVALID,
          "http2Error",
          "is not supported, as in Istio (expected: httpStatus or grpcStatus)");
    }
    Integer http = abort.number("httpStatus");
    String written = abort.text("grpcStatus");
    Integer grpc = null;
    if (abort.has("grpcStatus")) {
      grpc = CODES.indexOf(written);
      if (grpc < 0) {
        abort.report(
            FindingCode.INVALID,
            "grpcStatus",
            Excerpt.of(written) + " (expected: one of " + String.join(", ", CODES) + ")");
      }
    }
    return http == null && grpc == null
        ? null
        : new Fault.Abort(http, grpc, Shares.read(abort, "percentage"));
  }
}
