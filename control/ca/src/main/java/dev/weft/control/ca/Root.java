package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The root certificate and its key. */
record Root(String trustDomain, X509Certificate certificate, PrivateKey key) {

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final String SCHEME = "spiffe://";
  private static final X500Name NOBODY = new X500Name("");
  private static final BigInteger SERIAL = BigInteger.ONE;

  static Root make(String trustDomain, InstantSource clock) throws IOException {
    if (!SpiffeId.isTrustDomain(trustDomain)) {
      throw new IOException(
          "trust domain: " + Shown.of(trustDomain) + " (expected: such as cluster.local)");
    }
    KeyPair keys = Keys.generate();
    X500Name name = new X500Name("O=" + trustDomain + ",CN=Weft root");
    Instant now = clock.instant();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              SERIAL,
              Date.from(now.minus(Authority.CLOCK_SKEW)),
              Date.from(now.plus(Authority.ROOT_LIFE)),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
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
      return new Root(trustDomain, sign(builder, keys.getPrivate()), keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with P-256", e);
    }
  }

  /** A key and a certificate, as {@link #pem} wrote them. */
  static Root read(String pem, Path file) throws IOException {
    try {
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Pem.read(pem, Pem.PRIVATE_KEY)));
      X509Certificate certificate = Pem.certificate(pem);
      Keys.requireP256(certificate.getPublicKey());
      certificate.verify(certificate.getPublicKey());
      requirePair(key, certificate.getPublicKey());
      return new Root(trustDomain(certificate), certificate, key);
    } catch (GeneralSecurityException | IllegalArgumentException | RefusedException e) {
      throw new IOException(
          file
              + " is damaged: "
              + e.getMessage()
              + " (expected: the root's key and certificate; restore it from a backup, or remove"
              + " the folder "
              + file.getParent()
              + " and let every workload join anew)",
          e);
    }
  }

  private static void requirePair(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    byte[] text = {'w', 'e', 'f', 't'};
    Signature signature = Signature.getInstance(SIGNATURE);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("the key is not the certificate's");
    }
  }

  private static String trustDomain(X509Certificate certificate) throws GeneralSecurityException {
    List<String> uris = Certificates.uris(certificate);
    if (certificate.getBasicConstraints() < 0
        || uris.size() != 1
        || !uris.get(0).startsWith(SCHEME)
        || !SpiffeId.isTrustDomain(uris.get(0).substring(SCHEME.length()))) {
      throw new GeneralSecurityException("the certificate is no root of a trust domain");
    }
    return uris.get(0).substring(SCHEME.length());
  }

  String pem() {
    return Pem.write(Pem.PRIVATE_KEY, key.getEncoded()) + Pem.write(certificate);
  }

  String digest() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  X509Certificate sign(Leaf leaf, PublicKey subject, Leaf.Validity validity, BigInteger serial)
      throws GeneralSecurityException, IOException {
    var builder =
        new JcaX509v3CertificateBuilder(
            X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
            serial,
            Date.from(validity.notBefore()),
            Date.from(validity.notAfter()),
            NOBODY,
            subject);
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, usage(leaf));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subject));
    // Critical, because there is no other name.
    builder.addExtension(Extension.subjectAlternativeName, true, names(leaf));
    return sign(builder, key);
  }

  private static ExtendedKeyUsage usage(Leaf leaf) {
    return new ExtendedKeyUsage(
        leaf.mayBeClient()
            ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}
            : new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth});
  }

  private static GeneralNames names(Leaf leaf) {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, leaf.id().toString()));
    leaf.dnsNames().forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
    return new GeneralNames(names.toArray(new GeneralName[0]));
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey by)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(by)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** The key is not for a log. */
  @Override
  public String toString() {
    return "root of " + trustDomain;
  }
}
