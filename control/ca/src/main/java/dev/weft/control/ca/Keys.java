package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** Which keys are good enough: ECDSA on P-256. */
final class Keys {

  private static final String CURVE = "secp256r1";
  private static final ECParameterSpec P256 = parameters();

  private Keys() {}

  private static ECParameterSpec parameters() {
    return ((ECPublicKey) generate().getPublic()).getParams();
  }

  static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  /** Also refuses a curve that only calls itself so, and a point that is not on it. */
  static void requireP256(PublicKey key) throws RefusedException {
    if (!(key instanceof ECPublicKey ec)) {
      throw refused(
          key instanceof RSAPublicKey rsa
              ? "RSA of " + rsa.getModulus().bitLength() + " bits"
              : key.getAlgorithm());
    }
    ECParameterSpec found = ec.getParams();
    boolean same =
        found.getCurve().equals(P256.getCurve())
            && found.getGenerator().equals(P256.getGenerator())
            && found.getOrder().equals(P256.getOrder())
            && found.getCofactor() == P256.getCofactor();
    if (!same) {
      throw refused("EC of " + found.getCurve().getField().getFieldSize() + " bits");
    }
    if (!isOnCurve(ec.getW())) {
      throw refused("a point that is not on P-256");
    }
  }

  private static boolean isOnCurve(ECPoint point) {
    BigInteger prime = ((ECFieldFp) P256.getCurve().getField()).getP();
    if (point.equals(ECPoint.POINT_INFINITY)
        || point.getAffineX().compareTo(prime) >= 0
        || point.getAffineY().compareTo(prime) >= 0) {
      return false;
    }
    BigInteger x = point.getAffineX();
    BigInteger right =
        x.pow(3).add(P256.getCurve().getA().multiply(x)).add(P256.getCurve().getB()).mod(prime);
    return point.getAffineY().pow(2).mod(prime).equals(right);
  }

  private static RefusedException refused(String found) {
    return new RefusedException(Kind.INVALID, "key: " + found + " (expected: ECDSA on P-256)");
  }
}
