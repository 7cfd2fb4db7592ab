package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Who a certificate is for (SPIFFE X509-SVID, section 2). */
final class PeerNames {

  private static final int URI = 6;

  private PeerNames() {}

  /**
   * The one identity of a leaf.
   *
   * @throws CertificateException it has none, several, or one that is not of the mesh's shape
   */
  static SpiffeId of(X509Certificate leaf) throws CertificateException {
    if (leaf.getBasicConstraints() >= 0) {
      throw new CertificateException("certificate: an authority's (expected: a workload's)");
    }
    List<String> uris = new ArrayList<>();
    Collection<List<?>> names;
    try {
      names = leaf.getSubjectAlternativeNames();
    } catch (RuntimeException e) { // the JDK's, for an IP address that is none
      throw new CertificateException("certificate names: " + e.getMessage(), e);
    }
    if (names != null) {
      for (List<?> name : names) {
        if (Integer.valueOf(URI).equals(name.get(0))) {
          uris.add(String.valueOf(name.get(1)));
        }
      }
    }
    if (uris.size() != 1) {
      throw new CertificateException(
          "certificate names: " + uris.size() + " URIs " + uris + " (expected: exactly one)");
    }
    try {
      return SpiffeId.parse(uris.get(0));
    } catch (IllegalArgumentException e) {
      throw new CertificateException("certificate names: " + e.getMessage(), e);
    }
  }
}
