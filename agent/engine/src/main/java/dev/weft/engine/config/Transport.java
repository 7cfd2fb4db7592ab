package dev.weft.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is spoken to the endpoints of a cluster: the transport socket of Envoy's clusters. */
public sealed interface Transport {

  /** Whether a rule demands more than the application's own bytes. */
  default boolean isEncrypted() {
    return !(this instanceof Plain);
  }

  enum Plain implements Transport {
    /**
     * Nothing is said: mesh TLS where somebody of the mesh serves, else the application's bytes.
     */
    AUTO,
    /** The application's own bytes, whoever serves. */
    PLAINTEXT
  }

  /**
   * Mesh TLS, and nothing else.
   *
   * @param names who may serve; empty: whoever the mesh says is there
   */
  record Mutual(List<String> names) implements Transport {
    public Mutual {
      names = List.copyOf(names);
    }
  }

  /**
   * TLS that begins in this process, for servers outside of the mesh.
   *
   * @param own what we present; null: nothing
   * @param protocols for ALPN; empty: none
   */
  record Tls(
      ServerName serverName, Verification verification, @Nullable Own own, List<String> protocols)
      implements Transport {
    public Tls {
      protocols = List.copyOf(protocols);
    }

    /** For an endpoint that is reached under this name, where no name is written. */
    public Tls named(String host) {
      return serverName.fromHost() && serverName.text().isEmpty()
          ? new Tls(new ServerName(host, true), verification, own, protocols)
          : this;
    }
  }

  /** Nothing may be sent: the configuration cannot be enforced. */
  record Refused(String reason) implements Transport {}

  /**
   * The server name that is asked for.
   *
   * @param text empty: none, unless it is taken from the host
   * @param fromHost whether it is the host that is called
   */
  record ServerName(String text, boolean fromHost) {}

  /**
   * What the server must present.
   *
   * @param roots the file with the authorities; null: those that the JVM trusts
   * @param revocations the file with revocation lists; null: none is looked at
   * @param names of which the certificate must have one; empty: any will do
   * @param hostToo whether it must have the server name, besides
   */
  record Verification(
      boolean skipped,
      @Nullable String roots,
      @Nullable String revocations,
      List<String> names,
      boolean hostToo) {

    /** Whatever the server presents will do. */
    public static final Verification NONE = new Verification(true, null, null, List.of(), false);

    public Verification {
      names = List.copyOf(names);
    }
  }

  /**
   * Files of a certificate with its chain, and of its key.
   *
   * @param key PEM, not encrypted
   */
  record Own(String chain, String key) {}
}
