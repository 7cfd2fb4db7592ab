package dev.weft.bridge;

import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The connection level of the mesh, beside {@link Mesh}: what the bytes of a TCP connection are,
 * whatever library or protocol made it. Every method may be called by any thread, and any exception
 * means that the connection must not be used.
 */
public interface Wire {

  /**
   * The JVM is about to connect. Waits, bounded, while the agent starts and does not know yet;
   * never afterwards.
   */
  Plan connecting(InetSocketAddress remote);

  /** How a connection that is about to be made is kept alive; null: as the application says. */
  default @Nullable KeepAlive keepAlive(InetSocketAddress remote) {
    return null;
  }

  /** The JVM begins to accept connections here, on the current thread, by whatever library. */
  default void listening(InetSocketAddress local) {}

  /** It no longer does. */
  default void listeningEnded(InetSocketAddress local) {}

  /**
   * A connection was accepted; no byte of it was read.
   *
   * @return whether its first bytes are to be looked at; false: it is none of the mesh's
   */
  boolean guards(InetSocketAddress local);

  /**
   * Whether the server speaks first at this port: its first bytes do not wait for its client's,
   * which is asked about as {@link Hello#SILENCE} at once.
   */
  default boolean serverFirst(InetSocketAddress local) {
    return false;
  }

  /** What becomes of an accepted connection, by the first that its client said. */
  Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello);

  /** Bytes of the application may flow now. */
  void opened(Connection connection);

  /** Exactly once for each that was opened. */
  void closed(Connection connection);

  /**
   * A connection is given up: a failed handshake, a peer that is not who it must be, plaintext
   * where that is forbidden.
   */
  void refused(InetSocketAddress local, InetSocketAddress remote, String reason);

  /** What the bytes are. */
  sealed interface Plan {

    /** The application's own bytes. */
    record Plain() implements Plan {}

    /**
     * TLS of the mesh.
     *
     * @param engine of this connection alone, ready to begin its handshake
     * @param yields whether TLS of the application's own takes its place: its client speaks first,
     *     and its first bytes tell
     */
    record Tls(SSLEngine engine, Verifier verifier, boolean yields) implements Plan {

      /** Around whatever the application says. */
      public Tls(SSLEngine engine, Verifier verifier) {
        this(engine, verifier, false);
      }
    }

    /**
     * The mesh says where to, too.
     *
     * @param remote where; unresolved: whoever connects looks it up
     * @param plan what the bytes are there; neither this nor {@link Refuse}
     * @param passage of this connection alone
     */
    record Routed(InetSocketAddress remote, Plan plan, Passage passage) implements Plan {}

    /** Nothing at all. */
    record Refuse(String reason) implements Plan {}
  }

  /** Says who a peer is, once its handshake is over. */
  @FunctionalInterface
  interface Verifier {

    /**
     * Asked after each handshake, resumed ones included, before any byte of the application is sent
     * or delivered.
     *
     * @return the peer's SPIFFE id; null: it is who it must be, but nobody of the mesh
     * @throws SSLException the peer is not who it must be
     */
    @Nullable String verify(SSLSession session) throws SSLException;
  }

  /** A connection that the mesh has sent somewhere: whoever makes it tells what becomes of it. */
  interface Passage {

    /** How long it may take until it is connected. */
    Duration connectTimeout();

    /**
     * It is over, or was never made. Exactly once.
     *
     * @param reached whether the other end was there; one whose handshake failed was not
     */
    void over(boolean reached);
  }
}
