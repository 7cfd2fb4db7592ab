package dev.weft.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchProviderException;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Verifies the chains of servers outside of the mesh, by the JDK's rules, and says what failed. */
final class ServerTrust {

  /** A bundle of all authorities of the world has some hundreds. */
  private static final int MOST_ROOTS = 5_000;

  private final X509TrustManager manager;
  private final String whose;

  private ServerTrust(X509TrustManager manager, String whose) {
    this.manager = manager;
    this.whose = whose;
  }

  /**
   * @param roots a PEM text; null: the authorities that this JVM trusts
   * @param revocations a PEM text of lists, one of each authority; null: none is looked at
   * @param whose what to call the authorities
   */
  static ServerTrust of(@Nullable String roots, @Nullable String revocations, String whose)
      throws GeneralSecurityException {
    if (roots == null && revocations == null) {
      return new ServerTrust(ofJvm(), whose);
    }
    Collection<X509Certificate> authorities =
        roots == null
            ? Arrays.asList(ofJvm().getAcceptedIssuers())
            : Pem.certificates(roots, MOST_ROOTS);
    Set<TrustAnchor> anchors = new HashSet<>();
    authorities.forEach(root -> anchors.add(new TrustAnchor(root, null)));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
    parameters.setRevocationEnabled(false);
    if (revocations != null) {
      checkRevocation(parameters, revocations);
    }
    return new ServerTrust(manager(new CertPathTrustManagerParameters(parameters)), whose);
  }

  /** As in Envoy, each authority of a chain must have a list. */
  private static void checkRevocation(PKIXBuilderParameters parameters, String lists)
      throws GeneralSecurityException {
    Collection<? extends CRL> all =
        CertificateFactory.getInstance("X.509")
            .generateCRLs(new ByteArrayInputStream(lists.getBytes(StandardCharsets.US_ASCII)));
    if (all.isEmpty()) {
      throw new CertificateException("no revocation list (expected: -----BEGIN X509 CRL-----)");
    }
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
    parameters.addCertPathChecker(checker);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
  }

  private static X509TrustManager ofJvm() throws GeneralSecurityException {
    TrustManagerFactory factory = factory();
    factory.init((KeyStore) null);
    return only(factory);
  }

  private static X509TrustManager manager(ManagerFactoryParameters parameters)
      throws GeneralSecurityException {
    TrustManagerFactory factory = factory();
    factory.init(parameters);
    return only(factory);
  }

  private static TrustManagerFactory factory() throws GeneralSecurityException {
    try {
      return TrustManagerFactory.getInstance("PKIX", "SunJSSE");
    } catch (NoSuchProviderException e) {
      return TrustManagerFactory.getInstance("PKIX"); // a JDK with another one
    }
  }

  private static X509TrustManager only(TrustManagerFactory factory)
      throws GeneralSecurityException {
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager one) {
        return one;
      }
    }
    throw new GeneralSecurityException("this JDK verifies no certificates");
  }

  /**
   * @throws CertificateException the chain leads to none of the authorities; says why
   */
  void verify(X509Certificate[] chain) throws CertificateException {
    try {
      manager.checkServerTrusted(chain, "UNKNOWN");
    } catch (CertificateException e) {
      throw new CertificateException(why(e), e);
    }
  }

  /**
   * What a chain's verification need not look at: an authority that is trusted as it is, and what
   * has expired since.
   */
  static void requireValid(X509Certificate leaf, Instant now) throws CertificateException {
    try {
      leaf.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw new CertificateException("certificate: has expired, " + e.getMessage(), e);
    } catch (CertificateNotYetValidException e) {
      throw new CertificateException("certificate: is not valid yet, " + e.getMessage(), e);
    }
  }

  private String why(CertificateException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "certificate: has expired, " + cause.getMessage();
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "certificate: is not valid yet, " + cause.getMessage();
      }
      if (cause instanceof CertificateRevokedException revoked) {
        return "certificate: was revoked at " + revoked.getRevocationDate().toInstant();
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException && cause.getCause() == null) {
        return "certificate chain: leads to none of " + whose;
      }
    }
    return "certificate chain: " + failure.getMessage();
  }
}
