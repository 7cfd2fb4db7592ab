package dev.weft.injector.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate for the webhook, its key, and the authority that has signed this one alone: the
 * authority's key is thrown away at once, so that nobody can ever sign another one with it.
 *
 * @param authority PEM
 * @param certificate PEM
 * @param key PKCS #8, PEM
 */
record ServingCertificate(
    @JsonProperty("authority") String authority,
    @JsonProperty("certificate") String certificate,
    @JsonProperty("key") String key) {

  private static final String ALGORITHM = "SHA256withECDSA";
  private static final int SERIAL_BITS = 120;

  /** How long before it is made it begins to hold: clocks differ. */
  static final Duration BEFORE = Duration.ofMinutes(5);

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Makes one for a server of these names. */
  static ServingCertificate make(List<String> names, Instant now, Duration life) {
    try {
      KeyPair root = pair();
      KeyPair own = pair();
      X500Name issuer = new X500Name("CN=weft-injector " + new BigInteger(32, RANDOM).toString(36));
      X500Name subject = new X500Name("CN=weft-injector");
      GeneralName[] alternatives =
          names.stream()
              .map(name -> new GeneralName(GeneralName.dNSName, name))
              .toArray(GeneralName[]::new);
      X509CertificateHolder authority =
          builder(issuer, issuer, root, now, life)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
              .build(new JcaContentSignerBuilder(ALGORITHM).build(root.getPrivate()));
      X509CertificateHolder certificate =
          builder(issuer, subject, own, now, life)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
              .build(new JcaContentSignerBuilder(ALGORITHM).build(root.getPrivate()));
      return new ServingCertificate(
          pem(authority), pem(certificate), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("every JDK has P-256 and SHA-256", e);
    }
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair pair, Instant now, Duration life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM),
        Date.from(now.minus(BEFORE)),
        Date.from(now.plus(life)),
        subject,
        pair.getPublic());
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  /**
   * The certificate, parsed.
   *
   * @throws IOException what is there is none
   */
  X509Certificate parsed() throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(certificate))) {
      if (parser.readObject() instanceof X509CertificateHolder holder) {
        return new JcaX509CertificateConverter().getCertificate(holder);
      }
      throw new IOException("certificate: no certificate in PEM");
    } catch (GeneralSecurityException e) {
      throw new IOException("certificate: " + e.getMessage(), e);
    }
  }

  /**
   * The key, parsed.
   *
   * @throws IOException what is there is none
   */
  PrivateKey parsedKey() throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(key))) {
      if (parser.readObject() instanceof PrivateKeyInfo info) {
        return new JcaPEMKeyConverter().getPrivateKey(info);
      }
      throw new IOException("key: no private key in PEM (PKCS #8)");
    }
  }

  @Override
  public String toString() {
    return "a serving certificate"; // never the key
  }
}
