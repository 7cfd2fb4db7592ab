package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are good, and every way in which one is not. */
class JoinTokensTest {

  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path state = Path.of(".");
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final InstantSource clock = () -> now;
  private JoinTokens tokens;

  @BeforeEach
  void open() throws IOException {
    tokens = JoinTokens.open(state, null, clock);
  }

  private void refused(String token, String... words) {
    refused(Kind.UNAUTHENTICATED, token, words);
  }

  private void refused(Kind kind, String token, String... words) {
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.reason()).contains(words).doesNotContain("\n");
            });
  }

  /** A token with other claims, signed with the true key. */
  private String forged(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
    SignedJWT good = SignedJWT.parse(tokens.make(REVIEWS, Set.of("reviews"), HOUR));
    JWTClaimsSet claims = change.apply(new JWTClaimsSet.Builder(good.getJWTClaimsSet())).build();
    return signed(claims, JoinTokens.TYPE, key());
  }

  private ECKey key() throws Exception {
    return ECKey.parse(Files.readString(state.resolve("ca/token-key.json")));
  }

  private static String signed(JWTClaimsSet claims, JOSEObjectType type, ECKey key)
      throws Exception {
    SignedJWT jwt =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).type(type).build(), claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  @Test
  void whatIsMadeIsGoodUntilItExpires() throws Exception {
    String token = tokens.make(REVIEWS, Set.of("reviews", "ratings"), HOUR);
    JoinToken read = tokens.verify(token);
    assertThat(read.subject()).isEqualTo(REVIEWS);
    assertThat(read.services()).containsExactly("ratings", "reviews");
    assertThat(read.expires()).isEqualTo(now.plus(HOUR));
    // Another process on the same directory, and a restart.
    assertThat(JoinTokens.open(state, "cluster.local", clock).verify(token)).isEqualTo(read);
    now = now.plus(HOUR).minusSeconds(1);
    tokens.verify(token);
    now = now.plusSeconds(1);
    refused(token, "expired at 2026-11-21T13:00:00Z", "expected: later than");
  }

  @Test
  void theClaimsAreAsAgentsReadThem() throws Exception {
    SignedJWT token = SignedJWT.parse(tokens.make(REVIEWS, Set.of(), HOUR));
    assertThat(token.getHeader().toString())
        .isEqualTo("{\"typ\":\"weft-join+jwt\",\"alg\":\"ES256\"}");
    JWTClaimsSet claims = token.getJWTClaimsSet();
    assertThat(claims.getClaims().keySet())
        .containsExactlyInAnyOrder("iss", "sub", "aud", "services", "root", "iat", "exp", "jti");
    assertThat(claims.getIssuer()).isEqualTo("cluster.local");
    assertThat(claims.getAudience()).containsExactly("weft-control");
    byte[] der = Pem.read(Files.readString(state.resolve("ca/root.pem")), Pem.CERTIFICATE);
    assertThat(Base64.getUrlDecoder().decode(claims.getStringClaim("root")))
        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(der));
  }

  @Test
  void clocksMayDiffer() throws Exception {
    String token = tokens.make(REVIEWS, Set.of("reviews"), HOUR);
    now = now.minus(Duration.ofMinutes(5));
    tokens.verify(token);
    now = now.minus(Duration.ofMinutes(6));
    refused(token, "made at", "expected: before");
  }

  @Test
  void aRevokedOneIsWorthNothingAtOnceAndAfterARestart() throws Exception {
    String token = tokens.make(REVIEWS, Set.of("reviews"), HOUR);
    String other = tokens.make(REVIEWS, Set.of("reviews"), HOUR);
    JoinToken read = tokens.verify(token);
    // As the command line does, beside the running service.
    assertThat(JoinTokens.open(state, null, clock).revoke(read.id())).isPresent();
    refused(token, read.id(), "revoked");
    tokens.verify(other);
    assertThat(tokens.list()).extracting(JoinToken::revoked).containsExactly(now, null);
    assertThat(tokens.revoke("no-such-token")).isEmpty();
    open();
    refused(token, "revoked");
  }

  @Test
  void whereItCannotBeToldNobodyIsLetIn() throws Exception {
    String token = tokens.make(REVIEWS, Set.of("reviews"), HOUR);
    tokens.verify(token);
    Path file = state.resolve("ca/tokens.json");
    String good = Files.readString(file);
    Files.writeString(file, "{");
    refused(Kind.UNAVAILABLE, token, "cannot be told");
    Files.delete(file);
    refused(Kind.UNAVAILABLE, token, "cannot be told");
    StateFolder.open(state).write("tokens.json", good);
    tokens.verify(token);
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    int threads = 4;
    int each = 10;
    ExecutorService makers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<String>>> made = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        // Each as a process of its own would.
        JoinTokens own = JoinTokens.open(state, null, clock);
        made.add(
            makers.submit(
                () -> {
                  List<String> all = new ArrayList<>();
                  for (int j = 0; j < each; j++) {
                    all.add(own.make(REVIEWS, Set.of("reviews"), HOUR));
                    own.revoke(own.verify(all.get(all.size() - 1)).id());
                  }
                  return all;
                }));
      }
      for (Future<List<String>> some : made) {
        for (String token : some.get()) {
          refused(token, "revoked");
        }
      }
      assertThat(tokens.list()).hasSize(threads * each).allMatch(it -> it.revoked() != null);
    } finally {
      makers.shutdownNow();
    }
  }

  @Test
  void theFileOfTokensHasNoTokenInIt() throws Exception {
    String token = tokens.make(REVIEWS, Set.of("reviews"), HOUR);
    assertThat(Files.readString(state.resolve("ca/tokens.json")))
        .doesNotContain(token.substring(token.lastIndexOf('.') + 1))
        .contains("reviews");
  }

  @Test
  void everyClaimCounts() throws Exception {
    tokens.verify(forged(it -> it));
    refused(forged(it -> it.issuer("evil.example")), "iss", "evil.example", "cluster.local");
    refused(forged(it -> it.audience("istio-ca")), "aud", "istio-ca", "weft-control");
    refused(forged(it -> it.audience(List.of("weft-control", "x"))), "aud");
    refused(forged(it -> it.claim("root", "AAAA")), "root", "AAAA");
    refused(forged(it -> it.claim("root", null)), "root");
    refused(forged(it -> it.subject("spiffe://evil.example/ns/default/sa/reviews")), "evil");
    refused(forged(it -> it.subject("spiffe://cluster.local/ns/default/sa/re%2Fviews")), "sub");
    refused(forged(it -> it.subject(SpiffeId.control("cluster.local").toString())), "weft-control");
    refused(forged(it -> it.subject(null)), "sub");
    refused(forged(it -> it.expirationTime(null)), "no exp");
    refused(forged(it -> it.issueTime(null)), "no iat");
    refused(forged(it -> it.jwtID(null)), "jti");
    refused(forged(it -> it.claim("services", null)), "services");
    refused(forged(it -> it.claim("services", "reviews")), "no token");
    refused(forged(it -> it.expirationTime(Date.from(now))), "expired");
  }

  @Test
  void onlyOurSignatureCounts() throws Exception {
    String token = tokens.make(REVIEWS, Set.of("reviews"), HOUR);
    JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
    ECKey stranger = new ECKeyGenerator(Curve.P_256).generate();
    refused(signed(claims, JoinTokens.TYPE, stranger), "signature");
    refused(signed(claims, JOSEObjectType.JWT, key()), "typ", "weft-join+jwt");
    refused(new PlainJWT(claims).serialize(), "no token");
    JWSHeader hs256 = new JWSHeader.Builder(JWSAlgorithm.HS256).type(JoinTokens.TYPE).build();
    SignedJWT mac = new SignedJWT(hs256, claims);
    mac.sign(new MACSigner(key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
    refused(mac.serialize(), "alg", "HS256");
    // The signature of all zeros that once passed in a JDK.
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
    refused(token.substring(0, token.lastIndexOf('.') + 1) + zeros, "join token");
    String[] parts = token.split("\\.", -1);
    String other = tokens.make(REVIEWS, Set.of("ratings"), HOUR);
    refused(parts[0] + "." + other.split("\\.", -1)[1] + "." + parts[2], "signature");
    refused("", "no token");
    refused("a.b.c", "no token");
    refused("x".repeat(20_000), "20000 characters");
  }

  @Test
  void aTokenOfAnotherMeshIsWorthNothingHere() throws Exception {
    Path elsewhere = state.resolve("elsewhere");
    JoinTokens other = JoinTokens.open(elsewhere, null, clock);
    refused(other.make(REVIEWS, Set.of("reviews"), HOUR), "signature");
    // Even if somebody has copied the key: the root is another.
    Files.copy(
        state.resolve("ca/token-key.json"),
        elsewhere.resolve("ca/token-key.json"),
        StandardCopyOption.REPLACE_EXISTING);
    other = JoinTokens.open(elsewhere, null, clock);
    refused(other.make(REVIEWS, Set.of("reviews"), HOUR), "root");
  }

  private String use(String id, int uses) throws IOException {
    return StateFolder.open(state).exclusively(() -> tokens.use(id, uses));
  }

  @Test
  void aTokenIsUsedNoOftenerThanItIsFor() throws Exception {
    String token = tokens.make(REVIEWS, Set.of(), HOUR, 2);
    Attested attested = tokens.attest(token, "cluster.local");
    assertThat(attested.uses()).isEqualTo(2);
    String id = java.util.Objects.requireNonNull(attested.grant());
    assertThat(use(id, 2)).isEmpty();
    open(); // a restart
    assertThat(use(id, 2)).isEmpty();
    assertThat(use(id, 2)).isEqualTo("used 2 times (expected: less than 2)");
    assertThat(tokens.list().get(0).isUsedUp()).isTrue();
    // By its own word it is limited: nobody can tell how often it was used.
    Files.delete(state.resolve("ca/tokens.json"));
    assertThat(use(id, 2)).contains("is not known (expected: how often it was used");
    refused(forged(it -> it.claim("uses", 0)), "uses: 0");
    refused(forged(it -> it.claim("uses", "many")), "no token");
    String any = tokens.make(REVIEWS, Set.of(), HOUR);
    assertThat(tokens.attest(any, "cluster.local").uses()).isZero();
    Files.delete(state.resolve("ca/token-key.json"));
    assertThatThrownBy(() -> use(id, 2)).hasMessageContaining("token-key.json is gone");
  }

  @Test
  void whatIsOverIsForgottenUnlessSomethingRestsOnIt() throws Exception {
    String idle = tokens.verify(tokens.make(REVIEWS, Set.of(), HOUR)).id();
    Attested used = tokens.attest(tokens.make(REVIEWS, Set.of(), HOUR), "cluster.local");
    Ledger.open(StateFolder.open(state), tokens).use(used);
    now = now.plus(HOUR).plus(Duration.ofDays(7));
    tokens.make(REVIEWS, Set.of(), HOUR);
    assertThat(tokens.list()).extracting(JoinToken::id).contains(idle).hasSize(3);
    now = now.plusSeconds(1);
    tokens.make(REVIEWS, Set.of(), HOUR);
    assertThat(tokens.list())
        .extracting(JoinToken::id)
        .doesNotContain(idle)
        .contains(used.grant())
        .hasSize(3);
  }

  @Test
  void whatMakesNoSenseIsNotMade() {
    for (SpiffeId id :
        List.of(
            SpiffeId.control("cluster.local"),
            SpiffeId.parse("spiffe://evil.example/ns/default/sa/a"))) {
      assertThatThrownBy(() -> tokens.make(id, Set.of(), HOUR))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected");
    }
    assertThatThrownBy(() -> tokens.make(REVIEWS, Set.of("Not a name"), HOUR))
        .hasMessageContaining("expected");
    assertThatThrownBy(() -> tokens.make(REVIEWS, Set.of(), Duration.ZERO))
        .hasMessageContaining("expected: 1 second");
    assertThatThrownBy(() -> tokens.make(REVIEWS, Set.of(), Duration.ofDays(4000)))
        .hasMessageContaining("366 days");
  }

  @Test
  void damageIsNamed() throws Exception {
    tokens.make(REVIEWS, Set.of(), HOUR);
    for (String name : List.of("token-key.json", "tokens.json")) {
      Path file = state.resolve("ca").resolve(name);
      String good = Files.readString(file);
      for (String bad : List.of("", "{}", "[]", good.substring(0, good.length() / 2), "null")) {
        Files.writeString(file, bad);
        assertThatThrownBy(this::open)
            .as(name + ": " + bad)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(name + " is damaged")
            .hasMessageContaining("expected")
            .message()
            .doesNotContain("\n");
        assertThat(Files.readString(file)).isEqualTo(bad);
      }
      Files.writeString(file, good);
    }
    open();
  }
}
