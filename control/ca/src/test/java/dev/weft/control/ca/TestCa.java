package dev.weft.control.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of somebody else's, as others' tools make them. */
record TestCa(String name, KeyPair keys, X509Certificate certificate) {

  private static final AtomicLong SERIALS = new AtomicLong(1);

  /** What is special about one. */
  record Kind(
      Instant from,
      Instant to,
      BasicConstraints constraints,
      ASN1ObjectIdentifier more,
      ASN1Encodable value) {

    static Kind at(Instant now) {
      return new Kind(
          now.minus(Duration.ofDays(1)),
          now.plus(Duration.ofDays(300)),
          new BasicConstraints(true),
          new ASN1ObjectIdentifier("1.2.3.4"),
          new BasicConstraints(false));
    }

    Kind until(Instant end) {
      return new Kind(from, end, constraints, more, value);
    }

    Kind since(Instant start) {
      return new Kind(start, to, constraints, more, value);
    }

    Kind with(BasicConstraints others) {
      return new Kind(from, to, others, more, value);
    }

    Kind with(ASN1ObjectIdentifier extension, ASN1Encodable content) {
      return new Kind(from, to, constraints, extension, content);
    }
  }

  static KeyPair ec() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static TestCa root(String name, KeyPair keys, Kind kind) {
    return new TestCa(name, keys, sign(name, keys, name, keys, kind));
  }

  TestCa below(String other, KeyPair own, Kind kind) {
    return new TestCa(other, own, sign(name, keys, other, own, kind));
  }

  private static X509Certificate sign(
      String issuer, KeyPair by, String subject, KeyPair own, Kind kind) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + issuer),
              BigInteger.valueOf(SERIALS.incrementAndGet()),
              Date.from(kind.from),
              Date.from(kind.to),
              new X500Name("CN=" + subject),
              own.getPublic());
      builder.addExtension(Extension.basicConstraints, true, kind.constraints);
      if (kind.constraints.isCA()) {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      }
      // An identifier of its own kind, as not everybody hashes the key with SHA-1.
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createTruncatedSubjectKeyIdentifier(own.getPublic()));
      boolean critical = kind.more.equals(Extension.nameConstraints);
      builder.addExtension(kind.more, critical, kind.value);
      String algorithm =
          by.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA384withECDSA";
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(algorithm).build(by.getPrivate())));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  String pem() {
    return Pem.write(certificate);
  }

  String keyPem() {
    return Pem.write(Pem.PRIVATE_KEY, keys.getPrivate().getEncoded());
  }
}
