package dev.weft.bridge;

/** How a try ended, told through {@link OutboundCall#ended}. */
public sealed interface Outcome {

  /** Whether the request, body included, can be sent once more. */
  boolean replayable();

  /**
   * The head of a response arrived. A gRPC response that is trailers only shows its trailers as
   * headers, {@code grpc-status} among them.
   */
  record Head(int status, Headers headers, boolean replayable) implements Outcome {}

  /** No response arrived. A failed handshake is told as such, whatever a library made of it. */
  record Failed(Kind kind, Throwable cause, boolean replayable) implements Outcome {
    public Failed {
      HandshakeException handshake = HandshakeException.behind(cause);
      kind = handshake == null ? kind : Kind.TLS;
      cause = handshake == null ? cause : handshake;
    }
  }

  /** Why no response arrived. */
  enum Kind {
    /** The connection was not established; nothing was sent. */
    CONNECT,
    /** The TLS handshake failed; nothing of the request was sent. */
    TLS,
    /** The peer refused the stream before processing it (HTTP/2 REFUSED_STREAM, GOAWAY). */
    REFUSED,
    /** The connection broke after the request may have been sent. */
    RESET,
    /** The try's timeout, or the library's own, ran out. */
    TIMEOUT,
    /** The application gave up. */
    CANCELLED,
    /** Anything else; never retried. */
    OTHER
  }
}
