package dev.weft.fuzz;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authn.Authenticator;
import dev.weft.engine.config.TokenRule;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** No token is believed that nimbus-jose-jwt does not believe, or reads otherwise. */
public final class TokenTarget {

  private static final long NOW = 1_700_000_000;
  private static final String ISSUER = "iris";
  private static final String HEADER = "x-token";
  private static final KeyPair KEYS = keys();

  private static final Authenticator AUTHENTICATOR =
      new Authenticator(
          List.of(
              new TokenRule(
                  ISSUER,
                  List.of(),
                  List.of(new TokenRule.Key("k", Set.of("ES256"), KEYS.getPublic())),
                  new TokenRule.Places(
                      List.of(new TokenRule.HeaderPlace(HEADER, "")), List.of(), List.of()),
                  new TokenRule.Outputs(true, "", List.of(), Set.of()))),
          () -> Instant.ofEpochSecond(NOW));

  private TokenTarget() {}

  /**
   * @param input a token; or a line feed, and a header and a payload with a line feed between, to
   *     be signed by the issuer
   */
  public static void fuzzerTestOneInput(byte[] input) {
    boolean isToBeSigned = input.length > 0 && input[0] == '\n';
    String token = isToBeSigned ? signed(input) : new String(input, StandardCharsets.ISO_8859_1);
    RequestHead head =
        new RequestHead(
            "fuzz", "GET", "http", "host", "/", Headers.of(List.of(Map.entry(HEADER, token))));
    boolean isBelieved = AUTHENTICATOR.authenticate(head).refusal() == null;
    if (isBelieved && !token.isBlank() && !isBelievedByNimbus(token)) {
      throw new AssertionError(token + " is believed, and not by nimbus-jose-jwt");
    }
  }

  private static String signed(byte[] input) {
    int end = 1;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    String text =
        encoded(Arrays.copyOfRange(input, 1, end))
            + "."
            + encoded(Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length));
    try {
      Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(KEYS.getPrivate());
      signer.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + encoded(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isBelievedByNimbus(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      return jwt.verify(new ECDSAVerifier((ECPublicKey) KEYS.getPublic()))
          && ISSUER.equals(jwt.getJWTClaimsSet().getIssuer());
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
      curve.initialize(new ECGenParameterSpec("secp256r1"));
      return curve.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
