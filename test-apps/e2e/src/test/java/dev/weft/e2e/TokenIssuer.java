package dev.weft.e2e;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Somebody who issues tokens (JWT, RS256). */
final class TokenIssuer {

  private final String keyId;
  private final KeyPair keys;

  TokenIssuer(String keyId) {
    this.keyId = keyId;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public keys of these, as a key set. */
  static String keySet(TokenIssuer... issuers) {
    return List.of(issuers).stream()
        .map(TokenIssuer::key)
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  private String key() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%s\",\"e\":\"%s\",\"n\":\"%s\"}"
        .formatted(keyId, encoded(key.getPublicExponent()), encoded(key.getModulus()));
  }

  /** A token that holds for ten minutes. */
  String token(String issuer, String claims) {
    return token(issuer, claims, Instant.now().plusSeconds(600));
  }

  String token(String issuer, String claims, Instant expires) {
    String header = "{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}";
    String payload =
        "{\"iss\":\"" + issuer + "\",\"exp\":" + expires.getEpochSecond() + "," + claims + "}";
    String signed =
        encoded(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + encoded(payload.getBytes(StandardCharsets.UTF_8));
    try {
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(keys.getPrivate());
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encoded(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
