package dev.weft.bridge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an accepted connection begins.
 *
 * @param serverName the server name that a TLS hello asks for
 * @param protocols the ALPN protocols that a TLS hello offers
 */
public record Hello(Kind kind, @Nullable String serverName, List<String> protocols) {

  public static final Hello PLAINTEXT = new Hello(Kind.PLAINTEXT, null, List.of());
  public static final Hello SILENCE = new Hello(Kind.SILENCE, null, List.of());
  public static final Hello MALFORMED = new Hello(Kind.MALFORMED, null, List.of());

  public Hello {
    protocols = List.copyOf(protocols);
  }

  /** What the first bytes are. */
  public enum Kind {
    /** Not TLS. */
    PLAINTEXT,
    /** A complete TLS ClientHello: the mesh's or somebody's own, which the protocols tell. */
    TLS,
    /** Begins as TLS does, but is no ClientHello. */
    MALFORMED,
    /** The server speaks first, or the client said nothing in time. */
    SILENCE
  }
}
