package dev.weft.instrumentation.sockets.pki;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;

/** A certificate authority that lives as long as a test. ECDSA on P-256, SPIFFE ids as URI SANs. */
public final class Authority {

  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

  private final String name;
  private final KeyPair keys;
  private final X509Certificate root;

  /** An authority with a new key. */
  public Authority(String name) throws GeneralSecurityException {
    this.name = name;
    this.keys = newKeys();
    byte[] extensions =
        Der.sequence(
            extension("2.5.29.19", Der.sequence(Der.yes())),
            extension("2.5.29.15", Der.bits(1, new byte[] {0x06})));
    this.root = sign(keys, name, Duration.ofHours(1), extensions);
  }

  public X509Certificate root() {
    return root;
  }

  /** A key and a certificate for this SPIFFE id, valid from a minute ago. */
  public Credentials issue(String spiffeId) throws GeneralSecurityException {
    return issue(spiffeId, Duration.ofHours(1));
  }

  /**
   * A key and a certificate for this SPIFFE id.
   *
   * @param life from now on; negative: it has expired
   */
  public Credentials issue(String spiffeId, Duration life) throws GeneralSecurityException {
    KeyPair own = newKeys();
    byte[] uri = Der.tagged(0x86, spiffeId.getBytes(StandardCharsets.US_ASCII));
    byte[] extensions =
        Der.sequence(
            extension("2.5.29.15", Der.bits(7, new byte[] {(byte) 0x80})),
            extension(
                "2.5.29.37",
                Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2"))),
            extension("2.5.29.17", Der.sequence(uri)));
    return new Credentials(own.getPrivate(), sign(own, "workload", life, extensions), root);
  }

  private X509Certificate sign(KeyPair subject, String cn, Duration life, byte[] extensions)
      throws GeneralSecurityException {
    Instant now = Instant.now();
    byte[] body =
        Der.sequence(
            Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(64, new SecureRandom()).add(BigInteger.ONE)),
            ECDSA_SHA256,
            named(name),
            Der.sequence(Der.time(now.minus(Duration.ofHours(2))), Der.time(now.plus(life))),
            named(cn),
            subject.getPublic().getEncoded(),
            Der.tagged(0xa3, extensions));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    byte[] certificate = Der.sequence(body, ECDSA_SHA256, Der.bits(0, signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(certificate));
  }

  private static byte[] named(String name) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(name))));
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
