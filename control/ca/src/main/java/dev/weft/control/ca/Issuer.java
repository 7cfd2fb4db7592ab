package dev.weft.control.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority's certificate and its key, ECDSA or RSA: what certificates are signed with. */
record Issuer(X509Certificate certificate, PrivateKey key) {

  private static final X500Name NOBODY = new X500Name("");
  private static final int LARGE_CURVE = 384;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** How this key signs. */
  private static String signature(PublicKey key) throws GeneralSecurityException {
    if (key instanceof ECPublicKey ec) {
      return ec.getParams().getCurve().getField().getFieldSize() >= LARGE_CURVE
          ? "SHA384withECDSA"
          : "SHA256withECDSA";
    }
    if (key instanceof RSAPublicKey) {
      return "SHA256withRSA";
    }
    throw new GeneralSecurityException("key: " + key.getAlgorithm() + " (expected: ECDSA or RSA)");
  }

  /** Refuses a key that is another certificate's. */
  void requirePair() throws GeneralSecurityException {
    byte[] text = {'w', 'e', 'f', 't'};
    Signature signature = Signature.getInstance(signature(certificate.getPublicKey()));
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(text);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("the key is not the certificate's");
    }
  }

  X509Certificate sign(Leaf leaf, PublicKey subject, Leaf.Validity validity)
      throws GeneralSecurityException, IOException {
    var builder = builder(NOBODY, subject, validity);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, usage(leaf));
    // Critical, because there is no other name.
    builder.addExtension(Extension.subjectAlternativeName, true, names(leaf));
    return signed(builder);
  }

  /**
   * Signs another root: whoever trusts this one alone follows the link to the other (RFC 4210,
   * 4.4).
   */
  X509Certificate link(X509Certificate other) throws GeneralSecurityException, IOException {
    var builder =
        builder(
            X500Name.getInstance(other.getSubjectX500Principal().getEncoded()),
            other.getPublicKey(),
            new Leaf.Validity(
                other.getNotBefore().toInstant(),
                earlier(other.getNotAfter().toInstant(), certificate.getNotAfter().toInstant())));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return signed(builder);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private JcaX509v3CertificateBuilder builder(
      X500Name name, PublicKey subject, Leaf.Validity validity)
      throws GeneralSecurityException, IOException {
    var builder =
        new JcaX509v3CertificateBuilder(
            X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
            serial(),
            Date.from(validity.notBefore()),
            Date.from(validity.notAfter()),
            name,
            subject);
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyIdentifier()));
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subject));
    return builder;
  }

  /** As the certificate itself has it; by the key alone, because links have other serials. */
  private byte[] keyIdentifier() throws GeneralSecurityException, IOException {
    byte[] own = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    return own == null
        ? new JcaX509ExtensionUtils()
            .createSubjectKeyIdentifier(certificate.getPublicKey())
            .getKeyIdentifier()
        : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(own).getOctets())
            .getKeyIdentifier();
  }

  private X509Certificate signed(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder(signature(certificate.getPublicKey())).build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** 127 random bits, never zero: RFC 5280 wants positive ones of at most 20 octets. */
  static BigInteger serial() {
    return new BigInteger(126, RANDOM).setBit(126);
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

  /** The key is not for a log. */
  @Override
  public String toString() {
    return "issuer " + certificate.getSubjectX500Principal();
  }
}
