package dev.weft.control.ca;

import io.grpc.Status;

/**
 * Somebody is not let in, or gets no certificate. The message is one line, for whoever asked: what
 * was found, and what was expected.
 */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  /** What kind of refusal, as gRPC tells it. */
  public enum Kind {
    /** Nothing that was shown proves who it is. */
    UNAUTHENTICATED(Status.Code.UNAUTHENTICATED),
    /** It is known who it is, and that it may not have this. */
    FORBIDDEN(Status.Code.PERMISSION_DENIED),
    /** What was asked cannot be read, or is not good enough. */
    INVALID(Status.Code.INVALID_ARGUMENT),
    /** Too often. */
    LIMIT(Status.Code.RESOURCE_EXHAUSTED),
    /** It cannot be found out now who it is; worth another try. */
    UNAVAILABLE(Status.Code.UNAVAILABLE);

    private final Status.Code code;

    Kind(Status.Code code) {
      this.code = code;
    }
  }

  private final Kind kind;
  private final String reason;

  /**
   * @param message one line, without anything that is secret
   */
  public RefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.reason = message;
  }

  public Kind kind() {
    return kind;
  }

  /** The message. */
  public String reason() {
    return reason;
  }

  Status status() {
    return Status.fromCode(kind.code).withDescription(reason);
  }
}
