package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Names in certificates. */
final class Certificates {

  private static final int URI = 6;

  private Certificates() {}

  static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    List<String> uris = new ArrayList<>();
    var names = certificate.getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0) instanceof Integer kind && kind == URI) {
          uris.add(String.valueOf(name.get(1)));
        }
      }
    }
    return uris;
  }

  /** Base64url of the SHA-256 of its DER form: what a join token says of a root. */
  static String digest(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256, and it was read from its form", e);
    }
  }

  /**
   * Whom a certificate, whose chain was verified, belongs to: exactly one URI, which is an identity
   * of the trust domain.
   */
  static SpiffeId identity(X509Certificate certificate, String trustDomain)
      throws RefusedException {
    try {
      List<String> uris = uris(certificate);
      if (uris.size() != 1) {
        throw unfit(uris.size() + " URI names (expected: one)");
      }
      SpiffeId id = SpiffeId.parse(uris.get(0));
      if (!id.trustDomain().equals(trustDomain)) {
        throw unfit("trust domain " + id.trustDomain() + " (expected: " + trustDomain + ")");
      }
      return id;
    } catch (CertificateParsingException | IllegalArgumentException e) {
      throw unfit(String.valueOf(e.getMessage()));
    }
  }

  private static RefusedException unfit(String why) {
    return new RefusedException(Kind.UNAUTHENTICATED, "client certificate: " + why);
  }
}
