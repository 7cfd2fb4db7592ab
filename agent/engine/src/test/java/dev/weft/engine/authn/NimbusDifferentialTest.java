package dev.weft.engine.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.TokenRule;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * Good and broken tokens, judged here and by nimbus-jose-jwt. Nothing is believed here that nimbus
 * does not believe; where it does and we do not, the token has several spellings, or says something
 * in a way that we do not take. {@code -Dweft.tokens=20000 -Dweft.tokens.seed=7}.
 */
class NimbusDifferentialTest {

  private static final long NOW = 1_700_000_000;
  private static final String IRIS = "https://iris";
  private static final int KINDS = 20;

  private static final List<Issuer> ISSUERS =
      List.of(
          Issuer.of("r", "RS256"),
          Issuer.of("p", "PS384"),
          Issuer.of("e", "ES256"),
          Issuer.of("f", "ES512"));

  private static final List<Issuer> STRANGERS =
      List.of(Issuer.of("r", "RS256"), Issuer.of("e", "ES256"));

  private final Random random = new Random(Long.getLong("weft.tokens.seed", System.nanoTime()));

  /**
   * @param isUnusual whether it says something in a way that we do not take
   */
  private record Made(String kind, String token, boolean isUnusual) {}

  private static TokenRule rule() {
    TokenRule usual = ISSUERS.get(0).rule(IRIS);
    return new TokenRule(
        IRIS,
        List.of("orders"),
        ISSUERS.stream().map(Issuer::key).toList(),
        new TokenRule.Places(
            List.of(new TokenRule.HeaderPlace("x-token", "")), List.of(), List.of()),
        usual.outputs());
  }

  private static boolean nimbus(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      for (Issuer issuer : ISSUERS) {
        String id = jwt.getHeader().getKeyID();
        boolean isMeant =
            (id == null || id.isEmpty() || id.equals(issuer.keyId()))
                && jwt.getHeader().getAlgorithm().getName().equals(issuer.algorithm());
        if (isMeant && jwt.verify(verifier(issuer))) {
          return holds(jwt.getJWTClaimsSet());
        }
      }
      return false;
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      return false;
    }
  }

  private static JWSVerifier verifier(Issuer issuer) throws JOSEException {
    return issuer.keys().getPublic() instanceof RSAPublicKey rsa
        ? new RSASSAVerifier(rsa)
        : new ECDSAVerifier((ECPublicKey) issuer.keys().getPublic());
  }

  private static boolean holds(JWTClaimsSet claims) {
    Date expires = claims.getExpirationTime();
    Date notBefore = claims.getNotBeforeTime();
    return IRIS.equals(claims.getIssuer())
        && claims.getAudience().contains("orders")
        && (expires == null || NOW - 60 <= expires.toInstant().getEpochSecond())
        && (notBefore == null || NOW + 60 >= notBefore.toInstant().getEpochSecond());
  }

  @Test
  void nothingIsBelievedThatNimbusDoesNotBelieve() throws GeneralSecurityException {
    Authenticator authenticator =
        new Authenticator(List.of(rule()), () -> Instant.ofEpochSecond(NOW));
    int tokens = Integer.getInteger("weft.tokens", 1000);
    Map<String, Integer> stricter = new TreeMap<>();
    int believed = 0;
    for (int i = 0; i < tokens; i++) {
      Made made = make();
      boolean theirs = nimbus(made.token);
      boolean ours = believes(authenticator, made.token);
      believed += ours ? 1 : 0;
      if (theirs && !ours && (made.isUnusual || !isCanonical(made.token))) {
        stricter.merge(made.kind, 1, Integer::sum);
      } else {
        assertThat(ours).as(made.toString()).isEqualTo(theirs);
      }
    }
    System.out.println(tokens + " tokens, " + believed + " believed; stricter: " + stricter);
    assertThat(believed).isBetween(tokens / 20, tokens * 19 / 20);
  }

  private static boolean believes(Authenticator authenticator, String token) {
    RequestHead head =
        new RequestHead(
            "test", "GET", "http", "orders", "/", Headers.of(List.of(Map.entry("x-token", token))));
    Authenticator.Outcome outcome = authenticator.authenticate(head);
    return outcome.refusal() == null;
  }

  private static boolean isCanonical(String token) {
    for (String part : token.split("\\.", -1)) {
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
          return false;
        }
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    return true;
  }

  private Made make() throws GeneralSecurityException {
    Issuer issuer = ISSUERS.get(random.nextInt(ISSUERS.size()));
    String good = issuer.token(claims(""));
    return switch (random.nextInt(KINDS)) {
      case 0, 1 -> new Made("good", good, false);
      case 2 -> new Made("expires", issuer.token(claims(",\"exp\":" + around())), false);
      case 3 -> new Made("not before", issuer.token(claims(",\"nbf\":" + around())), false);
      case 4 -> new Made("audience", issuer.token(audience()), false);
      case 5 ->
          new Made(
              "issuer", issuer.token(claims("").replace(IRIS, pick("x", "", IRIS + "/"))), false);
      case 6 -> new Made("algorithm", issuer.token(header(issuer, other()), claims("")), false);
      case 7 -> new Made("key id", issuer.token(keyId(issuer), claims("")), false);
      case 8 -> new Made("flipped", flipped(good), false);
      case 9 -> new Made("cut", good.substring(0, random.nextInt(good.length())), false);
      case 10 -> new Made("inserted", inserted(good), false);
      case 11 -> new Made("twice", issuer.token(claims(",\"iss\":\"" + IRIS + "\"")), true);
      case 12 ->
          new Made(
              "critical",
              issuer.token(
                  header(issuer, issuer.algorithm() + "\",\"crit\":[\"exp\"],\"x\":\""),
                  claims("")),
              true);
      case 13 -> new Made("confused", confused(issuer), false);
      case 14 ->
          new Made("huge", issuer.token(claims(",\"x\":\"" + "y".repeat(20_000) + "\"")), true);
      case 15 -> new Made("another's", signedByAnother(good), false);
      case 16 -> new Made("forged", stranger().token(claims("")), false);
      case 17 -> new Made("types", issuer.token(claims("," + unusual())), true);
      case 18 -> new Made("no JSON", issuer.token(broken()), true);
      default -> new Made("unsigned", unsigned(), false);
    };
  }

  private String claims(String more) {
    return "{\"iss\":\"" + IRIS + "\",\"sub\":\"ann\",\"aud\":[\"x\",\"orders\"]" + more + "}";
  }

  private String audience() {
    return "{\"iss\":\""
        + IRIS
        + "\",\"aud\":"
        + pick("\"orders\"", "\"other\"", "[]", "[\"order\",\"orders2\"]", "\"\"", "[\"orders\"]")
        + "}";
  }

  private long around() {
    return NOW - 130 + random.nextInt(260);
  }

  private String other() {
    return pick("none", "HS256", "RS256", "RS384", "PS256", "PS384", "ES256", "ES512", "EdDSA", "");
  }

  private static String header(Issuer issuer, String algorithm) {
    return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + issuer.keyId() + "\"}";
  }

  private String keyId(Issuer issuer) {
    return "{\"alg\":\""
        + issuer.algorithm()
        + "\""
        + pick("", ",\"kid\":\"r\"", ",\"kid\":\"z\"")
        + "}";
  }

  private String flipped(String token) {
    int at = random.nextInt(token.length());
    char flipped = (char) (token.charAt(at) ^ (1 << random.nextInt(6)));
    return token.substring(0, at) + flipped + token.substring(at + 1);
  }

  private String inserted(String token) {
    int at = random.nextInt(token.length() + 1);
    String inserted = pick(".", "=", " ", "\n", "A", "..", "\u00e4", "==");
    return token.substring(0, at) + inserted + token.substring(at);
  }

  /** HMAC with what everybody knows for a key. */
  private static String confused(Issuer issuer) throws GeneralSecurityException {
    byte[] key = issuer.keys().getPublic().getEncoded();
    String signed =
        Issuer.encoded("{\"alg\":\"HS256\",\"kid\":\"" + issuer.keyId() + "\"}")
            + "."
            + Issuer.encoded("{\"iss\":\"" + IRIS + "\",\"aud\":\"orders\"}");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return signed + "." + Issuer.encoded(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private String signedByAnother(String token) {
    Issuer other = ISSUERS.get(random.nextInt(ISSUERS.size()));
    String signature = other.token(claims(",\"x\":" + random.nextInt()));
    return token.substring(0, token.lastIndexOf('.'))
        + signature.substring(signature.lastIndexOf('.'));
  }

  private Issuer stranger() {
    return STRANGERS.get(random.nextInt(STRANGERS.size()));
  }

  private String unusual() {
    return pick(
        "\"exp\":\"1\"",
        "\"exp\":-1",
        "\"exp\":1e30",
        "\"exp\":null",
        "\"exp\":1700000000.5",
        "\"nbf\":true",
        "\"jti\":7",
        "\"iat\":\"x\"",
        "\"sub\":3",
        "\"deep\":" + "[".repeat(40) + "]".repeat(40));
  }

  private String broken() {
    return pick(
        "{}",
        "[]",
        "",
        "{\"iss\":\"" + IRIS + "\",}",
        "{'iss':1}",
        claims("") + "x",
        claims(",\"a\":\"\\ud800\""),
        claims(",\"a\":01"),
        " " + claims("") + "\n");
  }

  private String unsigned() {
    return Issuer.encoded("{\"alg\":\"none\"}")
        + "."
        + Issuer.encoded(claims(""))
        + "."
        + pick("", "AA");
  }

  private String pick(String... texts) {
    return texts[random.nextInt(texts.length)];
  }
}
