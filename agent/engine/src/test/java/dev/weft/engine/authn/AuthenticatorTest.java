package dev.weft.engine.authn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authn.Authenticator.Outcome;
import dev.weft.engine.config.TokenRule;
import dev.weft.engine.config.TokenRule.ClaimHeader;
import dev.weft.engine.config.TokenRule.HeaderPlace;
import dev.weft.engine.config.TokenRule.Outputs;
import dev.weft.engine.config.TokenRule.Places;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens are believed, and what becomes of them. */
class AuthenticatorTest {

  private static final long NOW = 1_700_000_000;
  private static final String IRIS = "https://iris";
  private static final Issuer RSA = Issuer.of("rsa", "RS256");
  private static final Issuer OTHER = Issuer.of("other", "ES256");

  private static final String CLAIMS =
      "{\"iss\":\"https://iris\",\"sub\":\"ann\",\"exp\":" + (NOW + 600) + "}";

  private long now = NOW;

  private Authenticator believing(TokenRule... rules) {
    return new Authenticator(List.of(rules), () -> Instant.ofEpochSecond(now));
  }

  private static RequestHead get(String target, String... headers) {
    return head("GET", target, headers);
  }

  private static RequestHead head(String method, String target, String... headers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      pairs.add(Map.entry(headers[i], headers[i + 1]));
    }
    return new RequestHead("test", method, "http", "orders", target, Headers.of(pairs));
  }

  private static RequestHead bearing(String token) {
    return get("/", "Authorization", "Bearer " + token);
  }

  private static boolean isAnn(Outcome outcome) {
    return outcome.refusal() == null
        && outcome.claims().matches(List.of("sub"), "ann"::equals, false);
  }

  private static List<String> seen(Outcome outcome, String... sent) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < sent.length; i += 2) {
      pairs.add(Map.entry(sent[i], sent[i + 1]));
    }
    outcome.edits().apply(HeaderEdits.of(pairs));
    return pairs.stream().map(pair -> pair.getKey() + ": " + pair.getValue()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
      })
  void everyAlgorithm(String algorithm) {
    Issuer issuer = Issuer.of("k", algorithm);
    Authenticator authenticator = believing(issuer.rule(IRIS));
    String token = issuer.token(CLAIMS);
    assertThat(isAnn(authenticator.authenticate(bearing(token)))).isTrue();
    assertThat(isAnn(authenticator.authenticate(bearing(token)))).as("seen before").isTrue();
    String forged = Issuer.of("k", algorithm).token(CLAIMS);
    assertThat(authenticator.authenticate(bearing(forged)).refusal())
        .isEqualTo(TokenStatus.SIGNATURE);
  }

  @Test
  void whoeverShowsNoTokenIsNobody() {
    Outcome outcome = believing(RSA.rule(IRIS)).authenticate(get("/", "authorization", "Basic x"));
    assertThat(outcome.refusal()).isNull();
    assertThat(outcome.claims()).isSameAs(Claims.NONE);
    assertThat(seen(outcome, "authorization", "Basic x")).containsExactly("authorization: Basic x");
  }

  @Test
  void aTokenOfSomebodyElseIsNotNone() {
    Outcome outcome =
        believing(RSA.rule(IRIS))
            .authenticate(bearing(OTHER.token("{\"iss\":\"https://eve\",\"sub\":\"ann\"}")));
    assertThat(outcome.refusal()).isEqualTo(TokenStatus.UNKNOWN_ISSUER);
    assertThat(outcome.refusal().http()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "540, NONE",
    "601, NONE",
    "660, NONE",
    "661, EXPIRED",
    "-540, NONE",
    "-560, NONE",
    "-561, NOT_YET_VALID"
  })
  void clocksMayDifferByAMinute(long later, String expected) {
    Authenticator authenticator = believing(RSA.rule(IRIS));
    String token =
        RSA.token(
            "{\"iss\":\"https://iris\",\"sub\":\"ann\",\"exp\":"
                + (NOW + 600)
                + ",\"nbf\":"
                + (NOW - 500)
                + "}");
    assertThat(isAnn(authenticator.authenticate(bearing(token)))).isTrue();
    now = NOW + later;
    for (Authenticator each : List.of(authenticator, believing(RSA.rule(IRIS)))) {
      TokenStatus refusal = each.authenticate(bearing(token)).refusal();
      assertThat(refusal == null ? "NONE" : refusal.name()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"one\"', true",
    "'\"https://one/\"', true",
    "'[\"x\",\"two\"]', true",
    "'\"three\"', false",
    "'[]', false",
    "'\"\"', false"
  })
  void oneOfTheAudiencesIsEnough(String audience, boolean isFine) {
    TokenRule usual = RSA.rule(IRIS);
    TokenRule rule =
        new TokenRule(
            IRIS, List.of("one", "http://two"), usual.keys(), usual.places(), usual.outputs());
    String token = RSA.token("{\"iss\":\"https://iris\",\"sub\":\"ann\",\"aud\":" + audience + "}");
    Outcome outcome = believing(rule).authenticate(bearing(token));
    assertThat(outcome.refusal()).isEqualTo(isFine ? null : TokenStatus.AUDIENCE);
    assertThat(TokenStatus.AUDIENCE.http()).isEqualTo(403);
    assertThat(
            believing(rule)
                .authenticate(bearing(RSA.token("{\"iss\":\"https://iris\"}")))
                .refusal())
        .isEqualTo(TokenStatus.AUDIENCE);
  }

  @Test
  void aKeyIsForItsAlgorithmsAlone() {
    Authenticator authenticator = believing(RSA.rule(IRIS));
    for (String other : List.of("RS384", "PS256", "ES256", "EdDSA")) {
      assertThat(
              authenticator
                  .authenticate(bearing(RSA.token("{\"alg\":\"" + other + "\"}", CLAIMS)))
                  .refusal())
          .isEqualTo(TokenStatus.NO_SUCH_KEY);
    }
    for (String none : List.of("none", "NONE", "HS256", "HS512", "rs256", "RS256 ", "")) {
      assertThat(
              authenticator
                  .authenticate(bearing(RSA.token("{\"alg\":\"" + none + "\"}", CLAIMS)))
                  .refusal())
          .isEqualTo(TokenStatus.ALGORITHM_UNSUPPORTED);
    }
    String unsigned = Issuer.encoded("{\"alg\":\"none\"}") + "." + Issuer.encoded(CLAIMS) + ".";
    assertThat(authenticator.authenticate(bearing(unsigned)).refusal())
        .isEqualTo(TokenStatus.FORMAT);
    assertThat(authenticator.authenticate(bearing(unsigned + "AA")).refusal())
        .isEqualTo(TokenStatus.ALGORITHM_UNSUPPORTED);
  }

  @Test
  void keysAreFoundByTheirIdsWhereBothHaveOne() {
    TokenRule usual = RSA.rule(IRIS);
    TokenRule both =
        new TokenRule(
            IRIS, List.of(), List.of(OTHER.key(), RSA.key()), usual.places(), usual.outputs());
    String claims = CLAIMS;
    assertThat(
            isAnn(believing(both).authenticate(bearing(RSA.token("{\"alg\":\"RS256\"}", claims)))))
        .isTrue();
    assertThat(
            believing(both)
                .authenticate(bearing(RSA.token("{\"alg\":\"RS256\",\"kid\":\"gone\"}", claims)))
                .refusal())
        .isEqualTo(TokenStatus.NO_SUCH_KEY);
    TokenRule nameless =
        new TokenRule(
            IRIS,
            List.of(),
            List.of(new TokenRule.Key("", Set.of("RS256"), RSA.keys().getPublic())),
            usual.places(),
            usual.outputs());
    assertThat(
            isAnn(
                believing(nameless)
                    .authenticate(bearing(RSA.token("{\"alg\":\"RS256\",\"kid\":\"x\"}", claims)))))
        .isTrue();
  }

  @Test
  void withoutKeysNobodyIsBelieved() {
    TokenRule usual = RSA.rule(IRIS);
    TokenRule keyless = new TokenRule(IRIS, List.of(), List.of(), usual.places(), usual.outputs());
    assertThat(believing(keyless).authenticate(bearing(RSA.token(CLAIMS))).refusal())
        .isEqualTo(TokenStatus.NO_KEYS);
    assertThat(believing(keyless).authenticate(get("/")).refusal()).isNull();
  }

  @Test
  void zeroIsNoSignature() {
    Issuer curve = Issuer.of("ec", "ES256");
    String token = curve.token(CLAIMS);
    String signed = token.substring(0, token.lastIndexOf('.') + 1);
    for (byte[] forged : List.of(new byte[64], new byte[2], new byte[0], new byte[63])) {
      TokenStatus refusal =
          believing(curve.rule(IRIS))
              .authenticate(bearing(signed + Issuer.encoded(forged)))
              .refusal();
      assertThat(refusal).isIn(TokenStatus.SIGNATURE, TokenStatus.FORMAT);
    }
  }

  @Test
  void whateverIsFlippedBreaksIt() {
    Issuer curve = Issuer.of("ec", "ES256");
    Authenticator authenticator = believing(curve.rule(IRIS));
    String token = curve.token(CLAIMS);
    for (int i = 0; i < token.length(); i++) {
      char flipped = token.charAt(i) == 'A' ? 'B' : 'A';
      String other = token.substring(0, i) + flipped + token.substring(i + 1);
      assertThat(authenticator.authenticate(bearing(other)).refusal()).as("at %s", i).isNotNull();
    }
    assertThat(isAnn(authenticator.authenticate(bearing(token)))).isTrue();
  }

  @Test
  void oneValueHasOneSpelling() {
    Authenticator authenticator = believing(RSA.rule(IRIS));
    String token = RSA.token(CLAIMS);
    for (String other :
        List.of(token + "=", token + " ", token + "\n", token + ".", "." + token, token + ".x")) {
      assertThat(authenticator.authenticate(bearing(other)).refusal()).as(other).isNotNull();
    }
    String critical = RSA.token("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"exp\"]}", CLAIMS);
    assertThat(authenticator.authenticate(bearing(critical)).refusal())
        .isEqualTo(TokenStatus.HEADER_CRITICAL);
    String twice = RSA.token("{\"iss\":\"https://eve\",\"iss\":\"https://iris\"}");
    assertThat(authenticator.authenticate(bearing(twice)).refusal())
        .isEqualTo(TokenStatus.PAYLOAD_JSON);
    String huge = RSA.token("{\"iss\":\"https://iris\",\"x\":\"" + "y".repeat(20_000) + "\"}");
    assertThat(authenticator.authenticate(bearing(huge)).refusal()).isEqualTo(TokenStatus.FORMAT);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"iss\":1}', ISSUER_TYPE",
    "'{\"sub\":[]}', SUBJECT_TYPE",
    "'{\"iat\":\"1\"}', ISSUED_TYPE",
    "'{\"nbf\":-1}', NOT_BEFORE_RANGE",
    "'{\"exp\":1e30}', EXPIRES_RANGE",
    "'{\"exp\":null}', EXPIRES_TYPE",
    "'{\"jti\":1}', ID_TYPE",
    "'{\"aud\":[\"a\",1]}', AUDIENCE_TYPE",
    "'[]', PAYLOAD_JSON"
  })
  void claimsHaveTheirTypes(String payload, TokenStatus expected) {
    assertThat(believing(RSA.rule("")).authenticate(bearing(RSA.token(payload))).refusal())
        .isEqualTo(expected);
  }

  @Test
  void everyPlaceIsLookedAt() {
    TokenRule usual = RSA.rule(IRIS);
    TokenRule rule =
        new TokenRule(
            IRIS,
            List.of(),
            usual.keys(),
            new Places(
                List.of(new HeaderPlace("x-token", ""), new HeaderPlace("authorization", "JWT ")),
                List.of("t"),
                List.of("session")),
            usual.outputs());
    Authenticator authenticator = believing(rule);
    String good = RSA.token(CLAIMS);
    for (RequestHead head :
        List.of(
            get("/", "X-Token", good),
            get("/", "authorization", "JWT " + good),
            get("/?a=b&t=" + good),
            get("/?%74=" + good),
            get("/", "cookie", "a=b; session=" + good + "; c=d"),
            get("/", "cookie", "a=b", "cookie", "session=\"" + good + "\""))) {
      assertThat(isAnn(authenticator.authenticate(head))).isTrue();
    }
    for (RequestHead head :
        List.of(
            get("/", "x-token", good, "x-token", "bad"),
            get("/", "x-token", ""),
            get("/?t=" + good + "&t=bad"),
            get("/?t"),
            get("/", "cookie", "session=" + good + "; session=bad"),
            get("/?t=bad", "x-token", good))) {
      assertThat(authenticator.authenticate(head).refusal()).isNotNull();
    }
    assertThat(authenticator.authenticate(get("/", "authorization", "Bearer bad")).refusal())
        .as("nobody looks there")
        .isNull();
  }

  @Test
  void theSchemeIsReadInAnyCase() {
    Authenticator authenticator = believing(RSA.rule(IRIS));
    assertThat(authenticator.authenticate(get("/", "authorization", "bearer x")).refusal())
        .isEqualTo(TokenStatus.FORMAT);
    assertThat(
            isAnn(
                authenticator.authenticate(
                    get("/", "authorization", "BEARER  " + RSA.token(CLAIMS)))))
        .isTrue();
  }

  @Test
  void everyTokenMustBeBelievedBySomebodyAndAllOfOnePlaceByOne() {
    TokenRule iris = RSA.rule(IRIS);
    TokenRule bob =
        new TokenRule(
            "https://bob",
            List.of(),
            List.of(OTHER.key()),
            new Places(List.of(new HeaderPlace("x-bob", "")), List.of(), List.of()),
            iris.outputs());
    String ann = RSA.token(CLAIMS);
    String bobs = OTHER.token("{\"iss\":\"https://bob\",\"sub\":\"bob\"}");
    Authenticator both = believing(bob, iris);
    assertThat(isAnn(both.authenticate(bearing(ann)))).isTrue();
    Outcome first = both.authenticate(get("/", "authorization", "Bearer " + ann, "x-bob", bobs));
    assertThat(first.claims().matches(List.of("sub"), "bob"::equals, false)).isTrue();
    assertThat(seen(first, "authorization", "x", "x-bob", "y", "z", "z")).containsExactly("z: z");
    assertThat(
            both.authenticate(get("/", "authorization", "Bearer " + ann, "x-bob", ann)).refusal())
        .isEqualTo(TokenStatus.UNKNOWN_ISSUER);
    // At a place of two issuers, tokens of both: no one rule accepts them all, as in Envoy.
    Authenticator shared = believing(OTHER.rule("https://bob"), iris);
    assertThat(isAnn(shared.authenticate(bearing(ann)))).isTrue();
    String[] bearer = {"authorization", "Bearer " + ann};
    assertThat(shared.authenticate(get("/?access_token=" + bobs, bearer)).refusal())
        .isEqualTo(TokenStatus.TOO_MANY);
    assertThat(isAnn(shared.authenticate(get("/?access_token=" + ann, bearer)))).isTrue();
    assertThat(shared.authenticate(get("/?" + ("&access_token=" + ann).repeat(11))).refusal())
        .isEqualTo(TokenStatus.TOO_MANY);
    assertThat(
            shared
                .authenticate(
                    get("/", "authorization", "Bearer " + ann, "authorization", "Bearer " + ann))
                .refusal())
        .as("there can be one")
        .isNotNull();
  }

  @Test
  void whatItSaysGoesIntoHeaders() {
    TokenRule usual = RSA.rule(IRIS);
    Outputs outputs =
        new Outputs(
            true,
            "x-payload",
            List.of(
                new ClaimHeader("x-sub", "sub"),
                new ClaimHeader("x-deep", "a.b"),
                new ClaimHeader("x-number", "n"),
                new ClaimHeader("x-decimal", "d"),
                new ClaimHeader("x-truth", "t"),
                new ClaimHeader("x-list", "l"),
                new ClaimHeader("x-evil", "evil"),
                new ClaimHeader("x-none", "none")),
            Set.of());
    TokenRule rule = new TokenRule(IRIS, List.of(), usual.keys(), usual.places(), outputs);
    String payload =
        "{\"iss\":\"https://iris\",\"sub\":\"ann\",\"a\":{\"b\":\"c\"},\"n\":42,\"d\":1.5,"
            + "\"t\":true,\"l\":[\"x\"],\"evil\":\"a\\r\\nx-admin: yes\"}";
    String token = RSA.token(payload);
    Authenticator authenticator = believing(rule);
    String[] sent = {
      "authorization", "Bearer " + token, "X-Sub", "root", "x-payload", "mine", "x-none", "mine"
    };
    assertThat(seen(authenticator.authenticate(get("/", sent)), sent))
        .containsExactly(
            "authorization: Bearer " + token,
            "x-payload: " + Issuer.encoded(payload),
            "x-sub: ann",
            "x-deep: c",
            "x-number: 42",
            "x-decimal: 1.500000",
            "x-truth: true");
    assertThat(seen(authenticator.authenticate(get("/")), "x-sub", "root", "x-payload", "mine"))
        .as("nobody else may say it")
        .isEmpty();
  }

  @Test
  void aTokenThatIsNotForwardedIsGone() {
    String token = RSA.token(CLAIMS);
    Outcome outcome = believing(RSA.rule(IRIS)).authenticate(bearing(token));
    assertThat(seen(outcome, "Authorization", "Bearer " + token, "accept", "x"))
        .containsExactly("accept: x");
  }

  @Test
  void listsOfWordsAreLists() {
    Outcome outcome =
        believing(RSA.rule(""))
            .authenticate(
                bearing(
                    RSA.token(
                        "{\"scope\":\"read  write\",\"name\":\"a b\",\"l\":[\"x\",1,[\"y\"]]}")));
    Claims claims = outcome.claims();
    assertThat(claims.matches(List.of("scope"), "write"::equals, true)).isTrue();
    assertThat(claims.matches(List.of("scope"), "read  write"::equals, true)).isFalse();
    assertThat(claims.matches(List.of("scope"), ""::equals, true)).isFalse();
    assertThat(claims.matches(List.of("scope"), "write"::equals, false)).isFalse();
    assertThat(claims.matches(List.of("name"), "a b"::equals, true)).isTrue();
    assertThat(claims.matches(List.of("l"), "x"::equals, true)).isTrue();
    assertThat(claims.matches(List.of("l"), "y"::equals, true)).isFalse();
    assertThat(claims.matches(List.of("l", "x"), "x"::equals, true)).isFalse();
    assertThat(claims.matches(List.of("absent"), any -> true, true)).isFalse();
  }

  @Test
  void preflightsNeedNoToken() {
    String[] headers = {
      "origin", "https://shop", "access-control-request-method", "GET", "authorization", "Bearer x"
    };
    Authenticator authenticator = believing(RSA.rule(IRIS));
    assertThat(authenticator.authenticate(head("OPTIONS", "/", headers)).refusal()).isNull();
    assertThat(authenticator.authenticate(head("GET", "/", headers)).refusal()).isNotNull();
  }

  @Test
  void whatWasVerifiedIsRememberedWithinBounds() {
    TokenCache cache = new TokenCache();
    VerifiedToken token = new VerifiedToken(Claims.NONE, List.of(), 0, 0);
    cache.add("kept", token);
    for (int i = 0; i < 5_000; i++) {
      cache.add("t" + i, token);
      assertThat(Objects.requireNonNull(cache.find("kept"))).isSameAs(token);
    }
    assertThat(cache.find("t0")).isNull();
    assertThat(cache.find("t4999")).isNotNull();
    cache.add("x".repeat(5_000), token);
    assertThat(cache.find("x".repeat(5_000))).isNull();
  }
}
