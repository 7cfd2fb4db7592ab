package dev.weft.control.model;

import java.util.List;

/**
 * A DestinationRule's {@code tls} block: what callers speak to a destination. Where there is one,
 * it takes the place of the mesh's own mutual TLS. Texts are empty where nothing was written; files
 * are those of the calling workload's host.
 */
public record ClientTls(
    Mode mode, Own own, Authorities authorities, List<String> subjectAltNames, String sni) {

  public ClientTls {
    subjectAltNames = List.copyOf(subjectAltNames);
  }

  /** Istio's modes; nothing written is the first. */
  public enum Mode {
    DISABLE,
    SIMPLE,
    MUTUAL,
    ISTIO_MUTUAL;

    /** Whether it is TLS to servers that need not be of the mesh. */
    public boolean originates() {
      return this == SIMPLE || this == MUTUAL;
    }
  }

  /**
   * What callers present.
   *
   * @param credentialName a secret that only gateways can read
   */
  public record Own(String certificate, String key, String credentialName) {
    public static final Own NONE = new Own("", "", "");
  }

  /**
   * Whom callers trust.
   *
   * @param skipped whether whatever a server presents will do
   */
  public record Authorities(String certificates, String revocations, boolean skipped) {
    public static final Authorities DEFAULT = new Authorities("", "", false);
  }

  /** Whether the server name is the host that is called. */
  public boolean takesNameFromHost() {
    return mode.originates() && sni.isEmpty();
  }

  /** Whether the server must prove to be the host that is called. */
  public boolean verifiesHost() {
    return takesNameFromHost() && subjectAltNames.isEmpty() && !authorities.skipped();
  }
}
