package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A root of our own making, and its key. Each has a name of its own, by which verifiers find their
 * way among several, and bounds no path: {@linkplain Issuer#link links} lead on to the next one.
 */
record Root(String trustDomain, Issuer issuer) {

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final String SCHEME = "spiffe://";

  static Root make(String trustDomain, InstantSource clock) throws IOException {
    if (!SpiffeId.isTrustDomain(trustDomain)) {
      throw new IOException(
          "trust domain: " + Shown.of(trustDomain) + " (expected: such as cluster.local)");
    }
    KeyPair keys = Keys.generate();
    BigInteger serial = Issuer.serial();
    X500Name name =
        new X500Name("O=" + trustDomain + ",CN=Weft root " + serial.shiftRight(64).toString(16));
    Instant now = clock.instant();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial,
              Date.from(now.minus(Authority.CLOCK_SKEW)),
              Date.from(now.plus(Authority.ROOT_LIFE)),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName(GeneralName.uniformResourceIdentifier, SCHEME + trustDomain)));
      X509Certificate made =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate())));
      return new Root(trustDomain, new Issuer(made, keys.getPrivate()));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("every JDK signs with P-256", e);
    }
  }

  /**
   * A key and a certificate, as {@link #pem} wrote them.
   *
   * @throws GeneralSecurityException says what is damaged
   */
  static Root read(String pem) throws GeneralSecurityException {
    try {
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Pem.read(pem, Pem.PRIVATE_KEY)));
      Root root = new Root(trustDomain(pem), new Issuer(Pem.certificate(pem), key));
      root.issuer.requirePair();
      return root;
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  /** Likewise, of a store. */
  static Root read(String pem, StateStore store, String name) throws IOException {
    try {
      return read(pem);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          store.place(name)
              + " is damaged: "
              + e.getMessage()
              + " (expected: the root's key and certificate; restore it from a backup, or remove "
              + store
              + " and let every workload join anew)",
          e);
    }
  }

  /** The trust domain that a root's certificate is for. */
  private static String trustDomain(String pem) throws GeneralSecurityException {
    X509Certificate certificate = Pem.certificate(pem);
    try {
      Keys.requireP256(certificate.getPublicKey());
    } catch (RefusedException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
    certificate.verify(certificate.getPublicKey());
    List<String> uris = Certificates.uris(certificate);
    if (certificate.getBasicConstraints() < 0
        || uris.size() != 1
        || !uris.get(0).startsWith(SCHEME)
        || !SpiffeId.isTrustDomain(uris.get(0).substring(SCHEME.length()))) {
      throw new GeneralSecurityException("the certificate is no root of a trust domain");
    }
    return uris.get(0).substring(SCHEME.length());
  }

  X509Certificate certificate() {
    return issuer.certificate();
  }

  String pem() {
    return Pem.write(Pem.PRIVATE_KEY, issuer.key().getEncoded()) + Pem.write(certificate());
  }

  /** The key is not for a log. */
  @Override
  public String toString() {
    return "root of " + trustDomain;
  }
}
