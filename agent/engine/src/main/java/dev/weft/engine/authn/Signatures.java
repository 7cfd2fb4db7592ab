package dev.weft.engine.authn;

import dev.weft.engine.config.TokenRule;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;

/** Signatures of tokens (RFC 7518), verified by the JDK. */
final class Signatures {

  private Signatures() {}

  /** Whether the token was signed with the key, with one of the algorithms that the key is for. */
  static boolean isValid(Jwt jwt, TokenRule.Key key) {
    if (!key.algorithms().contains(jwt.algorithm()) || !fits(jwt, key.key())) {
      return false;
    }
    try {
      Signature verifier = verifier(jwt.algorithm());
      verifier.initVerify(key.key());
      verifier.update(jwt.signed());
      return verifier.verify(jwt.signature());
    } catch (GeneralSecurityException e) {
      return false; // of another length, say: no signature of this key
    }
  }

  private static boolean fits(Jwt jwt, PublicKey key) {
    return switch (jwt.algorithm().charAt(0)) {
      case 'R', 'P' -> key instanceof RSAKey;
      case 'E' ->
          jwt.algorithm().equals("EdDSA")
              ? key.getAlgorithm().equals("EdDSA")
              : key instanceof ECKey curve && isOnCurve(jwt, curve);
      default -> false;
    };
  }

  // Older JDKs take zero for a signature of everything (CVE-2022-21449).
  private static boolean isOnCurve(Jwt jwt, ECKey key) {
    byte[] signature = jwt.signature();
    BigInteger order = key.getParams().getOrder();
    int half = (order.bitLength() + 7) / 8;
    return half == halfOf(jwt.algorithm())
        && signature.length == 2 * half
        && isBelow(order, Arrays.copyOfRange(signature, 0, half))
        && isBelow(order, Arrays.copyOfRange(signature, half, 2 * half));
  }

  private static int halfOf(String algorithm) {
    return switch (algorithm) {
      case "ES256" -> 32;
      case "ES384" -> 48;
      default -> 66;
    };
  }

  private static boolean isBelow(BigInteger order, byte[] number) {
    BigInteger value = new BigInteger(1, number);
    return value.signum() > 0 && value.compareTo(order) < 0;
  }

  private static Signature verifier(String algorithm) throws GeneralSecurityException {
    if (algorithm.equals("EdDSA")) {
      return Signature.getInstance("Ed25519");
    }
    String bits = algorithm.substring(2);
    return switch (algorithm.charAt(0)) {
      case 'R' -> Signature.getInstance("SHA" + bits + "withRSA");
      case 'E' -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
      default -> {
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(
            new PSSParameterSpec(
                "SHA-" + bits,
                "MGF1",
                new MGF1ParameterSpec("SHA-" + bits),
                Integer.parseInt(bits) / 8,
                PSSParameterSpec.TRAILER_FIELD_BC));
        yield verifier;
      }
    };
  }
}
