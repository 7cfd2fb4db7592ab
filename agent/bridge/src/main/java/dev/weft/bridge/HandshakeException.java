package dev.weft.bridge;

import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * TLS of ours was not established: not a byte of the application was sent. Libraries take it for a
 * connection that broke; its reason is for people.
 */
public final class HandshakeException extends SocketException {

  private static final long serialVersionUID = 1;

  private static final String PREFIX = "mesh: handshake: ";

  /** Libraries wrap what sockets throw, each in a few layers. */
  private static final int DEEPEST = 10;

  public HandshakeException(String reason) {
    super(PREFIX + reason);
  }

  /** The one that a failure was caused by; null: none. */
  static @Nullable HandshakeException behind(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (cause instanceof HandshakeException found) {
        return found;
      }
      if (cause instanceof SocketException socket && isSame(socket.getMessage())) {
        return again(socket);
      }
      cause = cause.getCause();
    }
    return null;
  }

  // A java.net.Socket of Java 17 keeps of an exception nothing but its words.
  private static boolean isSame(@Nullable String message) {
    return message != null && message.startsWith(PREFIX);
  }

  private static HandshakeException again(SocketException first) {
    String reason = String.valueOf(first.getMessage()).substring(PREFIX.length());
    HandshakeException again = new HandshakeException(reason);
    again.initCause(first);
    return again;
  }
}
