package dev.weft.xds;

import dev.weft.xds.http2.GrpcStatus;
import java.io.IOException;

/** The control service has answered a call with a failure. */
public final class CallFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int code;

  CallFailedException(GrpcStatus status) {
    super(status.toString());
    this.code = status.code();
  }

  /** Whether asking in the same way again would get the same answer. */
  public boolean isFinal() {
    return switch (code) {
      case GrpcStatus.INVALID_ARGUMENT,
          GrpcStatus.PERMISSION_DENIED,
          GrpcStatus.FAILED_PRECONDITION,
          GrpcStatus.UNIMPLEMENTED,
          GrpcStatus.UNAUTHENTICATED ->
          true;
      default -> false;
    };
  }
}
