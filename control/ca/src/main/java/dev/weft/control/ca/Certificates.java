package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
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
