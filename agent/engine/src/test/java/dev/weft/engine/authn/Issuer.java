package dev.weft.engine.authn;

import dev.weft.engine.config.TokenRule;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Somebody who issues tokens, with a key of one kind. */
public record Issuer(String keyId, String algorithm, KeyPair keys) {

  /** The algorithm decides the kind of the key. */
  public static Issuer of(String keyId, String algorithm) {
    try {
      return new Issuer(keyId, algorithm, pair(algorithm));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair pair(String algorithm) throws GeneralSecurityException {
    if (algorithm.equals("EdDSA")) {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
    if (algorithm.startsWith("ES")) {
      KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
      String name =
          algorithm.equals("ES512") ? "secp521r1" : "secp" + algorithm.substring(2) + "r1";
      curve.initialize(new ECGenParameterSpec(name));
      return curve.generateKeyPair();
    }
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    return rsa.generateKeyPair();
  }

  /** Its public key, for this algorithm alone. */
  public TokenRule.Key key() {
    return new TokenRule.Key(keyId, Set.of(algorithm), keys.getPublic());
  }

  /** A token with this payload, as it should be. */
  public String token(String payload) {
    return token("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}", payload);
  }

  /** Signed with its own algorithm, whatever the header says. */
  public String token(String header, String payload) {
    String signed = encoded(header) + "." + encoded(payload);
    return signed + "." + encoded(sign(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] sign(byte[] bytes) {
    try {
      Signature signer = signer();
      signer.initSign(keys.getPrivate());
      signer.update(bytes);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Signature signer() throws GeneralSecurityException {
    if (algorithm.equals("EdDSA")) {
      return Signature.getInstance("Ed25519");
    }
    String bits = algorithm.substring(2);
    if (algorithm.startsWith("PS")) {
      Signature signer = Signature.getInstance("RSASSA-PSS");
      signer.setParameter(
          new PSSParameterSpec(
              "SHA-" + bits,
              "MGF1",
              new MGF1ParameterSpec("SHA-" + bits),
              Integer.parseInt(bits) / 8,
              1));
      return signer;
    }
    return Signature.getInstance(
        "SHA" + bits + (algorithm.startsWith("R") ? "withRSA" : "withECDSAinP1363Format"));
  }

  /** In base64url. */
  public static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A rule that believes it, for any audience, with tokens at their usual place. */
  public TokenRule rule(String issuer) {
    return new TokenRule(
        issuer,
        List.of(),
        List.of(key()),
        new TokenRule.Places(
            List.of(new TokenRule.HeaderPlace("authorization", "Bearer ")),
            List.of("access_token"),
            List.of()),
        new TokenRule.Outputs(false, "", List.of(), Set.of("scope", "permission")));
  }
}
