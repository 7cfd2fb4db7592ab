package dev.weft.control.config.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.TokenKey;
import java.io.ByteArrayOutputStream;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON Web Key Set. Of its keys those remain that verify signatures, each with the algorithms
 * that it is for: what the key says, else all of its kind. Symmetric keys never remain: whoever
 * could read the configuration could sign with them.
 *
 * @param hasSecrets whether it held private or symmetric keys, which nobody needs to verify
 */
public record KeySet(List<TokenKey> keys, boolean hasSecrets) {

  private static final int MOST_KEYS = 100;
  private static final int SMALLEST_RSA = 2048;
  private static final int LARGEST_RSA = 8192;

  private static final List<String> RSA =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  private static final Map<Curve, String> CURVES =
      Map.of(Curve.P_256, "ES256", Curve.P_384, "ES384", Curve.P_521, "ES512");

  /** What precedes the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  public KeySet {
    keys = List.copyOf(keys);
  }

  /**
   * @throws IllegalArgumentException it is none, or nothing in it can be used; says what was found
   *     and what was expected
   */
  public static KeySet parse(String json) {
    JWKSet set;
    try {
      set = JWKSet.parse(json);
    } catch (ParseException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Excerpt.of(json) + " (expected: a JSON Web Key Set; " + e.getMessage() + ")", e);
    }
    if (set.getKeys().size() > MOST_KEYS) {
      throw new IllegalArgumentException(
          set.getKeys().size() + " keys (expected: at most " + MOST_KEYS + ")");
    }
    List<TokenKey> usable = new ArrayList<>();
    set.getKeys().forEach(key -> usable(key).ifPresent(usable::add));
    if (usable.isEmpty()) {
      throw new IllegalArgumentException(
          set.getKeys().size()
              + " keys, none of which can be used (expected: a public key for signatures: RSA of"
              + " 2048 to 8192 bits, EC on P-256, P-384 or P-521, or Ed25519)");
    }
    return new KeySet(usable, set.getKeys().stream().anyMatch(JWK::isPrivate));
  }

  private static Optional<TokenKey> usable(JWK key) {
    Set<KeyOperation> operations = key.getKeyOperations();
    boolean isForSignatures =
        (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
            && (operations == null
                || operations.contains(KeyOperation.VERIFY)
                || operations.contains(KeyOperation.SIGN));
    List<String> algorithms = isForSignatures ? algorithms(key) : List.of();
    if (algorithms.isEmpty()) {
      return Optional.empty();
    }
    try {
      String id = key.getKeyID() == null ? "" : key.getKeyID();
      return Optional.of(
          new TokenKey(id, algorithms, Base64.getEncoder().encodeToString(encoded(key))));
    } catch (JOSEException e) {
      return Optional.empty(); // numbers that are no key
    }
  }

  /** None: it cannot be used. */
  private static List<String> algorithms(JWK key) {
    List<String> all = List.of();
    if (key instanceof RSAKey rsa && rsa.size() >= SMALLEST_RSA && rsa.size() <= LARGEST_RSA) {
      all = RSA;
    } else if (key instanceof ECKey curve && CURVES.containsKey(curve.getCurve())) {
      all = List.of(CURVES.getOrDefault(curve.getCurve(), ""));
    } else if (key instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve())) {
      all = List.of("EdDSA");
    }
    if (key.getAlgorithm() == null) {
      return all;
    }
    String own = key.getAlgorithm().getName();
    String usual = own.equals("Ed25519") ? "EdDSA" : own;
    return all.contains(usual) ? List.of(usual) : List.of();
  }

  private static byte[] encoded(JWK key) throws JOSEException {
    if (key instanceof RSAKey rsa) {
      return rsa.toRSAPublicKey().getEncoded();
    }
    if (key instanceof ECKey curve) {
      return curve.toECPublicKey().getEncoded();
    }
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.writeBytes(ED25519);
    info.writeBytes(((OctetKeyPair) key).getDecodedX());
    return info.toByteArray();
  }
}
