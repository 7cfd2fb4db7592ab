package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Outcome;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.internal.ClientStreamListener.RpcProgress;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a try ended without a response, from what gRPC lets on. */
final class Failures {

  /** {@code GrpcUtil.httpStatusToGrpcStatus}, for answers that were not gRPC's. */
  private static final Pattern HTTP_STATUS = Pattern.compile("\\AHTTP status code ([1-5][0-9]{2})");

  /** {@code GrpcUtil.Http2Error}, for streams that were reset and connections that broke. */
  private static final String HTTP2_ERROR = "HTTP/2 error code: ";

  private Failures() {}

  /** Whether the server, or something in its place, answered. */
  static boolean isResponse(Pin pin, Status status) {
    return pin.isAnswered() || httpStatus(status) != 200;
  }

  /** HTTP's status; 200 for an answer of gRPC. */
  static int httpStatus(Status status) {
    String description = status.getDescription();
    if (description == null) {
      return 200;
    }
    Matcher matcher = HTTP_STATUS.matcher(description);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 200;
  }

  static Outcome.Kind kind(MeshTry<?, ?> attempt, Status status, Context context) {
    if (attempt.pin().isUnreachable()) {
      return Outcome.Kind.CONNECT;
    }
    if (attempt.progress() == RpcProgress.REFUSED || isMiscarried(attempt)) {
      return Outcome.Kind.REFUSED;
    }
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> Outcome.Kind.TIMEOUT;
      case CANCELLED ->
          context.isCancelled() || !isReset(status) ? Outcome.Kind.CANCELLED : Outcome.Kind.RESET;
      default ->
          attempt.pin().isCreated() && isReset(status) ? Outcome.Kind.RESET : Outcome.Kind.OTHER;
    };
  }

  /** The connection ended before the stream began: nothing was sent, and nobody refused it. */
  static boolean isMiscarried(MeshTry<?, ?> attempt) {
    return attempt.progress() == RpcProgress.MISCARRIED;
  }

  private static boolean isReset(Status status) {
    String description = status.getDescription();
    return status.getCode() == Status.Code.UNAVAILABLE
        || status.getCause() instanceof IOException // gRPC's own view of it: UNKNOWN
        || (description != null && description.contains(HTTP2_ERROR));
  }
}
