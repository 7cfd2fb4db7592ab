package dev.weft.bridge;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One TCP connection of this JVM that the mesh guards, as the socket layer sees it. */
public interface Connection {

  /** Whether this JVM connected; else it accepted. */
  boolean outbound();

  InetSocketAddress local();

  InetSocketAddress remote();

  /** The verified SPIFFE id of the peer; null: plaintext. */
  @Nullable String principal();

  /** What its client said first, of one that was accepted; null: nothing is known of that. */
  default @Nullable Hello hello() {
    return null;
  }

  /** The application's bytes, before encryption. */
  long bytesSent();

  /** The application's bytes, after decryption. */
  long bytesReceived();

  /** What {@link Wire#connecting} gave it; null: it went where the application wanted. */
  default Wire.@Nullable Passage passage() {
    return null;
  }

  /**
   * Ends it as if its peer had closed it, which every pool of connections bears. Does not block.
   */
  void retire();

  /** Lets no further byte through, and closes. Does not block. */
  void refuse(String reason);
}
