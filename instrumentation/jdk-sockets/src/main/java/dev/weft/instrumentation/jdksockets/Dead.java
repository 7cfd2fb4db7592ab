package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.HandshakeException;
import java.io.IOException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** Nothing comes through any more. */
final class Dead extends Stage {

  private final @Nullable String reason;
  private final boolean quiet;

  /**
   * @param reason for exceptions; null: the peer has gone without a word
   * @param quiet whether reads see the end of the stream instead of an exception
   */
  Dead(Link link, @Nullable String reason, boolean quiet) {
    super(link);
    this.reason = reason;
    this.quiet = quiet;
  }

  @Override
  int read(Memory to) throws IOException {
    if (quiet) {
      return Status.EOF;
    }
    throw exception();
  }

  @Override
  int write(Memory from) throws IOException {
    throw exception();
  }

  private IOException exception() {
    if (reason == null) {
      return new SocketException("Connection reset");
    }
    return link.isOpened()
        ? new SocketException("mesh: " + reason)
        : new HandshakeException(reason);
  }

  @Override
  boolean isSettled() {
    return true;
  }
}
