package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/**
 * A new key and the request to certify it (PKCS #10, RFC 2986). The key is of P-256, lives in
 * memory only, and is used for one certificate.
 *
 * @param pem what is sent
 */
record CertificateRequest(KeyPair keys, String pem) {

  private static final byte[] ECDSA_WITH_SHA256 =
      Der.of(Der.SEQUENCE, Der.oid(1, 2, 840, 10045, 4, 3, 2));
  private static final byte[] EXTENSION_REQUEST = Der.oid(1, 2, 840, 113549, 1, 9, 14);
  private static final byte[] ALTERNATIVE_NAMES = Der.oid(2, 5, 29, 17);
  private static final int URI = 6;

  /** For this identity: its name is asked for, so that a misunderstanding is found at once. */
  static CertificateRequest of(SpiffeId identity) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] names = Der.of(Der.SEQUENCE, Der.contextText(URI, identity.toString()));
    byte[] extension = Der.of(Der.SEQUENCE, ALTERNATIVE_NAMES, Der.of(Der.OCTET_STRING, names));
    byte[] attribute =
        Der.of(Der.SEQUENCE, EXTENSION_REQUEST, Der.of(Der.SET, Der.of(Der.SEQUENCE, extension)));
    byte[] information =
        Der.of(
            Der.SEQUENCE,
            Der.of(Der.INTEGER, new byte[] {0}),
            Der.of(Der.SEQUENCE), // no subject: the name is the alternative one
            pair.getPublic().getEncoded(),
            Der.context(0, attribute));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(information);
    byte[] request =
        Der.of(Der.SEQUENCE, information, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
    return new CertificateRequest(pair, Pem.of("CERTIFICATE REQUEST", request));
  }

  /** The key is nobody's to see. */
  @Override
  public String toString() {
    return "CertificateRequest";
  }
}
