package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Principal;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Verifies chains up to the roots of one moment, and remembers those that hold. */
final class Trust {

  private static final int MOST_REMEMBERED = 1024;
  private static final int LONGEST_CHAIN = 10;

  /** What a certificate is used for: extended key usages (RFC 5280, section 4.2.1.12). */
  enum Use {
    SERVER("1.3.6.1.5.5.7.3.1"),
    CLIENT("1.3.6.1.5.5.7.3.2");

    private final String oid;

    Use(String oid) {
      this.oid = oid;
    }
  }

  private final Set<X509Certificate> roots;
  private final InstantSource clock;
  private final Map<X509Certificate, Instant> verified = new ConcurrentHashMap<>();

  Trust(Set<X509Certificate> roots, InstantSource clock) {
    this.roots = Set.copyOf(roots);
    this.clock = clock;
  }

  Set<X509Certificate> roots() {
    return roots;
  }

  /**
   * Who a chain proves its holder to be, now.
   *
   * @param chain as presented, the leaf first
   * @throws CertificateException it proves nothing; says why
   */
  SpiffeId verify(X509Certificate[] chain, Use use) throws CertificateException {
    if (chain.length == 0 || chain.length > LONGEST_CHAIN) {
      throw new CertificateException(
          "certificate chain of " + chain.length + " (expected: 1 to " + LONGEST_CHAIN + ")");
    }
    X509Certificate leaf = chain[0];
    SpiffeId identity = PeerNames.of(leaf);
    checkUse(leaf, use);
    Instant now = clock.instant();
    Instant until = verified.get(leaf);
    if (until == null) {
      until = path(chain, now);
      if (verified.size() >= MOST_REMEMBERED) {
        verified.clear();
      }
      verified.put(leaf, until);
    }
    leaf.checkValidity(Date.from(now)); // its own message says when it was, or will be, valid
    if (now.isAfter(until)) {
      throw new CertificateException("certificate chain: not valid after " + until);
    }
    return identity;
  }

  private static void checkUse(X509Certificate leaf, Use use) throws CertificateException {
    List<String> uses = leaf.getExtendedKeyUsage();
    if (uses != null && !uses.contains(use.oid)) {
      throw new CertificateException(
          "certificate use: " + uses + " (expected: " + use.oid + " among them)");
    }
    boolean[] usage = leaf.getKeyUsage();
    if (usage != null && !usage[0]) {
      throw new CertificateException("certificate use: no digital signatures");
    }
  }

  /**
   * What of a chain leads to a root, itself left out: there may be more, for those who know other
   * roots.
   */
  private List<X509Certificate> upToRoot(X509Certificate[] chain) {
    List<X509Certificate> path = new ArrayList<>();
    for (X509Certificate each : chain) {
      if (!path.isEmpty() && roots.contains(each)) {
        return path;
      }
      path.add(each);
      if (isSignedByRoot(each)) {
        return path;
      }
    }
    return path;
  }

  private boolean isSignedByRoot(X509Certificate certificate) {
    Principal issuer = certificate.getIssuerX500Principal();
    for (X509Certificate root : roots) {
      Principal subject = root.getSubjectX500Principal();
      if (subject.equals(issuer)) {
        try {
          certificate.verify(root.getPublicKey());
          return true;
        } catch (GeneralSecurityException e) {
          // Another root of the same name, or none.
        }
      }
    }
    return false;
  }

  /** Verifies a path (RFC 5280, section 6); until when all of it is valid. */
  private Instant path(X509Certificate[] chain, Instant now) throws CertificateException {
    List<X509Certificate> path = upToRoot(chain);
    Set<TrustAnchor> anchors = new HashSet<>();
    roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false); // certificates live for hours instead
      parameters.setDate(Date.from(now));
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (CertPathValidatorException e) {
      throw new CertificateException("certificate chain: " + e.getMessage(), e);
    } catch (InvalidAlgorithmParameterException e) {
      throw new CertificateException("certificate chain: there are no roots", e);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("certificate chain: " + e, e);
    }
    Instant until = Instant.MAX;
    for (X509Certificate each : path) {
      Instant end = each.getNotAfter().toInstant();
      until = end.isBefore(until) ? end : until;
    }
    return until;
  }
}
