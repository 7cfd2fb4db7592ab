package dev.weft.control.ca;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Paths of certificates, by RFC 5280, section 6. */
final class TrustPath {

  private TrustPath() {}

  /**
   * Nothing is asked about revocation: certificates live for hours instead.
   *
   * @param path from the leaf upwards, without the root
   * @param roots not looked at themselves
   * @throws GeneralSecurityException the path does not lead to one of the roots, or there is none
   */
  static void verify(List<X509Certificate> path, Collection<X509Certificate> roots, Instant now)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors =
        roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
  }
}
