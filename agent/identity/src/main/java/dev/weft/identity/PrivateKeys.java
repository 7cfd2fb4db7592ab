package dev.weft.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Reads private keys as operators have them: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC 1. */
final class PrivateKeys {

  private static final byte[] VERSION = Der.of(Der.INTEGER, new byte[] {0});
  private static final byte[] RSA =
      Der.of(Der.SEQUENCE, Der.oid(1, 2, 840, 113549, 1, 1, 1), new byte[] {0x05, 0});
  private static final byte[] EC = Der.oid(1, 2, 840, 10045, 2, 1);
  private static final int CURVE = 0xA0;

  private PrivateKeys() {}

  /**
   * The first key of a PEM text.
   *
   * @throws GeneralSecurityException there is none, or it cannot be used
   */
  static PrivateKey read(String text) throws GeneralSecurityException {
    if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("DEK-Info:")) {
      throw new InvalidKeySpecException("the key is encrypted (expected: one that is not)");
    }
    for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
      String begin = "-----BEGIN " + label + "-----";
      int at = text.indexOf(begin);
      if (at >= 0) {
        int end = text.indexOf("-----END " + label + "-----", at);
        if (end < 0) {
          throw new InvalidKeySpecException("a key without its end");
        }
        return key(label, decode(text.substring(at + begin.length(), end)));
      }
    }
    throw new InvalidKeySpecException("no key (expected: -----BEGIN PRIVATE KEY-----)");
  }

  private static byte[] decode(String body) throws InvalidKeySpecException {
    try {
      return Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException("a key that is no base64: " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(String label, byte[] der) throws GeneralSecurityException {
    byte[] whole =
        switch (label) {
          case "RSA PRIVATE KEY" -> wrapped(RSA, der);
          case "EC PRIVATE KEY" -> wrapped(Der.of(Der.SEQUENCE, EC, curve(der)), der);
          default -> der;
        };
    InvalidKeySpecException last = new InvalidKeySpecException("a key of no known kind");
    for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(whole));
      } catch (InvalidKeySpecException e) {
        last.addSuppressed(e);
      }
    }
    throw last;
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return Der.of(Der.SEQUENCE, VERSION, algorithm, Der.of(Der.OCTET_STRING, key));
  }

  /** The curve's name within a SEC 1 key: behind its version and its number. */
  private static byte[] curve(byte[] der) throws InvalidKeySpecException {
    try {
      int at = content(der, 0);
      at = next(der, at);
      at = next(der, at);
      if (at < der.length && (der[at] & 0xff) == CURVE) {
        return Arrays.copyOfRange(der, content(der, at), next(der, at));
      }
    } catch (IndexOutOfBoundsException e) {
      throw new InvalidKeySpecException("a key that is cut off", e);
    }
    throw new InvalidKeySpecException("a key that does not name its curve");
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + (first < 0x80 ? 2 : 2 + (first & 0x7f));
  }

  private static int next(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    int length = first;
    if (first >= 0x80) {
      length = 0;
      for (int i = 0; i < (first & 0x7f); i++) {
        length = length << 8 | (der[at + 2 + i] & 0xff);
      }
    }
    return content(der, at) + length;
  }
}
