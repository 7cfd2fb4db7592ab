package dev.weft.control.ca;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.Principal;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes, checks and revokes join tokens: JSON web tokens signed with ES256, by a key of their own
 * where the control service keeps its state. Whoever holds one is who it says, until it expires, is
 * revoked or used up: it is to be kept like a password.
 *
 * <p>Claims: {@code iss} the trust domain, {@code sub} the identity, {@code aud} {@code
 * weft-control}, {@code services} what it may serve, {@code root} the digest of the mesh's root,
 * {@code iat}, {@code exp}, {@code jti}; {@code uses} where it is not good for any number of
 * certificates.
 */
public final class JoinTokens implements Attestor {

  static final String AUDIENCE = "weft-control";
  static final JOSEObjectType TYPE = new JOSEObjectType("weft-join+jwt");

  /** A token of a thousand services is not larger. */
  private static final int LENGTH = 12 << 10;

  private static final int SERVICES = 100;
  private static final int USES = 1_000_000;
  private static final Duration LONGEST = Duration.ofDays(366);

  /** For how long tokens are listed that have expired and of which nothing rests on. */
  private static final Duration REMEMBERED = Duration.ofDays(7);

  /** Tokens may be made on another machine than they are checked on. */
  private static final Duration SKEW = Duration.ofMinutes(10);

  private static final String KEY = StateStore.TOKEN_KEY;
  private static final Pattern SERVICE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final ECKey key;
  private final MeshRoot authority;
  private final StateStore store;
  private final TokenFile file;
  private final InstantSource clock;

  private JoinTokens(ECKey key, MeshRoot authority, StateStore store, InstantSource clock) {
    this.key = key;
    this.authority = authority;
    this.store = store;
    this.file = new TokenFile(store);
    this.clock = clock;
  }

  /**
   * Opens what is in a state directory; makes the root and the key where there is none. May be done
   * while the control service runs on the same directory.
   *
   * @param trustDomain null: whatever the root is for
   */
  public static JoinTokens open(Path state, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    StateFolder folder = StateFolder.open(state);
    PluggedState plugged = PluggedState.read(folder);
    if (plugged == null) {
      return open(folder, Authority.open(folder, trustDomain, clock), clock);
    }
    if (trustDomain != null && !trustDomain.equals(plugged.trustDomain())) {
      throw new IOException(
          state
              + " is of the trust domain "
              + plugged.trustDomain()
              + " (expected: "
              + trustDomain
              + ")");
    }
    return open(folder, plugged, clock);
  }

  /**
   * Opens those of control services that share their state.
   *
   * @throws IOException there is no root yet, or something cannot be read
   */
  public static JoinTokens open(SharedState shared, InstantSource clock) throws IOException {
    return open(shared.tokens(), shared.root(), clock);
  }

  static JoinTokens open(StateStore store, MeshRoot authority, InstantSource clock)
      throws IOException {
    ECKey key =
        store.exclusively(
            () -> {
              Optional<String> there = store.read(KEY);
              return there.isPresent() ? readKey(store, there.get()) : makeKey(store);
            });
    JoinTokens tokens = new JoinTokens(key, authority, store, clock);
    // Damage is found now rather than by the first who wants to join.
    tokens.list();
    return tokens;
  }

  private static ECKey makeKey(StateStore store) throws IOException {
    try {
      ECKey made = new ECKeyGenerator(Curve.P_256).generate();
      store.write(KEY, made.toJSONString() + "\n");
      return made;
    } catch (JOSEException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static ECKey readKey(StateStore store, String json) throws IOException {
    try {
      ECKey key = ECKey.parse(json);
      if (!key.isPrivate() || !Curve.P_256.equals(key.getCurve())) {
        throw new ParseException("no private key on P-256", 0);
      }
      SignedJWT probe =
          new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), new JWTClaimsSet.Builder().build());
      probe.sign(new ECDSASigner(key));
      if (!probe.verify(new ECDSAVerifier(key.toECPublicKey()))) {
        throw new ParseException("its halves are not of one pair", 0);
      }
      return key;
    } catch (ParseException | JOSEException | RuntimeException e) {
      throw new IOException(
          store.place(KEY)
              + " is damaged: "
              + Shown.of(String.valueOf(e.getMessage()))
              + " (expected: the key that signs tokens; restore it from a backup, or remove it:"
              + " tokens made so far are worth nothing then)",
          e);
    }
  }

  /**
   * Makes a token, and notes that it was made.
   *
   * @param services of the subject's namespace that it may serve; empty: a pure client
   * @param life how long from now it can be used
   * @param uses how many certificates it is good for; 0: any number
   * @return the token in its compact form
   * @throws IllegalArgumentException with what was found and what was expected
   */
  public String make(SpiffeId subject, Set<String> services, Duration life, int uses)
      throws IOException {
    require(subject, services, life);
    if (uses < 0 || uses > USES) {
      throw new IllegalArgumentException("uses: " + uses + " (expected: at most " + USES + ")");
    }
    // Claims have whole seconds.
    Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    JoinToken token =
        new JoinToken(
            UUID.randomUUID().toString(), subject, services, now, now.plus(life), null, uses, 0);
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(authority.trustDomain())
            .subject(subject.toString())
            .audience(AUDIENCE)
            .claim("services", List.copyOf(token.services()))
            .claim("root", authority.rootDigest())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(token.expires()))
            .jwtID(token.id());
    if (uses > 0) {
      claims.claim("uses", uses);
    }
    SignedJWT signed =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).build(), claims.build());
    try {
      signed.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("signing with a key that was checked", e);
    }
    store.exclusively(
        () -> {
          Set<String> needed = Ledger.grants(store);
          List<JoinToken> all = new ArrayList<>(file.list());
          all.removeIf(
              it -> now.isAfter(it.expires().plus(REMEMBERED)) && !needed.contains(it.id()));
          all.add(token);
          file.replace(all);
          return all;
        });
    return signed.serialize();
  }

  /** Likewise, good for any number of certificates. */
  public String make(SpiffeId subject, Set<String> services, Duration life) throws IOException {
    return make(subject, services, life, 0);
  }

  /**
   * Notes, within a change of the store, that a certificate is given for a token.
   *
   * @param uses how many it is good for, by its own word; 0: any number
   * @return why none may be; empty: one may
   */
  String use(String id, int uses) throws IOException {
    if (store.read(KEY).isEmpty()) {
      throw new IOException(store.place(KEY) + " is gone (expected: the key that signs tokens)");
    }
    List<JoinToken> all = new ArrayList<>(file.list());
    for (int i = 0; i < all.size(); i++) {
      JoinToken token = all.get(i);
      if (token.id().equals(id)) {
        if (token.revoked() != null) {
          return Shown.of(id) + " is revoked (expected: one that is not)";
        }
        if (token.isUsedUp()) {
          return "used " + token.used() + " times (expected: less than " + token.uses() + ")";
        }
        if (token.uses() > 0) {
          all.set(i, token.usedOnceMore());
          file.replace(all);
        }
        return "";
      }
    }
    return uses == 0
        ? ""
        : Shown.of(id) + " is not known (expected: how often it was used; make a new token)";
  }

  private void require(SpiffeId subject, Set<String> services, Duration life) {
    String expected = null;
    if (!subject.trustDomain().equals(authority.trustDomain())) {
      expected = subject + " (expected: trust domain " + authority.trustDomain() + ")";
    } else if (subject.isControl()) {
      expected = subject + " is the control service itself (expected: a workload)";
    } else if (services.size() > SERVICES) {
      expected = services.size() + " services (expected: at most " + SERVICES + ")";
    } else if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(LONGEST) > 0) {
      expected = "life: " + life + " (expected: 1 second to " + LONGEST.toDays() + " days)";
    } else {
      expected =
          services.stream()
              .filter(name -> !SERVICE.matcher(name).matches())
              .findFirst()
              .map(name -> "service: " + Shown.of(name) + " (expected: a name as in a host name)")
              .orElse(null);
    }
    if (expected != null) {
      throw new IllegalArgumentException(expected);
    }
  }

  public String trustDomain() {
    return authority.trustDomain();
  }

  /** Every token that was made here, oldest first. */
  public List<JoinToken> list() throws IOException {
    return file.list();
  }

  /**
   * Makes a token, and whatever was granted by it, worth nothing from now on: it cannot be used to
   * join, and certificates that rest on it alone are not renewed.
   *
   * @return the token; empty where none of this id was made
   */
  public Optional<JoinToken> revoke(String id) throws IOException {
    Instant now = clock.instant();
    file.change(
        all -> {
          all.replaceAll(
              token ->
                  token.id().equals(id) && token.revoked() == null ? token.revokedAt(now) : token);
          return all;
        });
    return list().stream().filter(token -> token.id().equals(id)).findFirst();
  }

  /** Has it be known what others have changed a moment ago. */
  void reread() throws IOException {
    file.reread();
  }

  /** Whether a token is revoked; also if that cannot be told. */
  boolean isRevoked(String id) throws RefusedException {
    try {
      return file.isRevoked(id);
    } catch (IOException e) {
      throw new RefusedException(
          Kind.UNAVAILABLE,
          "it cannot be told whether the token is revoked: " + Shown.of(e.getMessage() + ""));
    }
  }

  /** Whatever nobody else knows is a join token, or refused as one. */
  @Override
  public boolean recognizes(String token) {
    return true;
  }

  @Override
  public Attested attest(String token, String trustDomain) throws RefusedException {
    JoinToken read = verify(token);
    return new Attested(new Principal(read.subject(), read.services()), read.id(), read.uses());
  }

  /** What a token that can be used now says. */
  JoinToken verify(String compact) throws RefusedException {
    if (compact.length() > LENGTH) {
      throw refused(compact.length() + " characters (expected: at most " + LENGTH + ")");
    }
    try {
      SignedJWT signed = SignedJWT.parse(compact);
      JWSHeader header = signed.getHeader();
      if (!JWSAlgorithm.ES256.equals(header.getAlgorithm()) || !TYPE.equals(header.getType())) {
        throw refused(
            "alg "
                + Shown.of(String.valueOf(header.getAlgorithm()))
                + ", typ "
                + Shown.of(String.valueOf(header.getType()))
                + " (expected: ES256, "
                + TYPE
                + ")");
      }
      if (!signed.verify(new ECDSAVerifier(key.toECPublicKey()))) {
        throw refused(
            "its signature is not this control service's (expected: made with its state)");
      }
      return read(signed.getJWTClaimsSet());
    } catch (ParseException | JOSEException | RuntimeException e) {
      // The parser throws what it likes over what a stranger sends.
      throw refused("no token: " + Shown.of(String.valueOf(e.getMessage())));
    }
  }

  private JoinToken read(JWTClaimsSet claims) throws RefusedException, ParseException {
    equal("iss", claims.getIssuer(), authority.trustDomain());
    if (!claims.getAudience().equals(List.of(AUDIENCE))) {
      throw refused(
          "aud: " + Shown.of(claims.getAudience() + "") + " (expected: " + AUDIENCE + ")");
    }
    String root = String.valueOf(claims.getStringClaim("root"));
    if (!authority.isKnownBy(root)) {
      throw refused(
          "root: "
              + Shown.of(root)
              + " was retired (expected: "
              + authority.rootDigest()
              + "; make a new token)");
    }
    Instant now = clock.instant();
    Instant expires = time("exp", claims.getExpirationTime());
    Instant issued = time("iat", claims.getIssueTime());
    if (!now.isBefore(expires)) {
      throw refused("expired at " + expires + " (expected: later than " + now + ")");
    }
    if (issued.isAfter(now.plus(SKEW))) {
      throw refused("made at " + issued + " (expected: before " + now + ")");
    }
    String id = claims.getJWTID();
    List<String> services = claims.getStringListClaim("services");
    if (id == null || services == null) {
      throw refused("no jti or no services (expected: both)");
    }
    if (isRevoked(id)) {
      throw refused(Shown.of(id) + " is revoked (expected: one that is not)");
    }
    Integer uses = claims.getIntegerClaim("uses");
    if (uses != null && uses < 1) {
      throw refused("uses: " + uses + " (expected: 1 or more, or no such claim)");
    }
    return new JoinToken(
        id,
        subject(claims),
        new HashSet<>(services),
        issued,
        expires,
        null,
        uses == null ? 0 : uses,
        0);
  }

  private SpiffeId subject(JWTClaimsSet claims) throws RefusedException {
    try {
      SpiffeId subject = SpiffeId.parse(String.valueOf(claims.getSubject()));
      equal("trust domain of sub", subject.trustDomain(), authority.trustDomain());
      if (subject.isControl()) {
        throw refused("sub: " + subject + " (expected: a workload)");
      }
      return subject;
    } catch (IllegalArgumentException e) {
      throw refused("sub: " + e.getMessage());
    }
  }

  private static Instant time(String claim, @Nullable Date time) throws RefusedException {
    if (time == null) {
      throw refused("no " + claim + " (expected: a time)");
    }
    return time.toInstant();
  }

  private static void equal(String claim, @Nullable String found, String expected)
      throws RefusedException {
    if (!Objects.equals(found, expected)) {
      throw refused(
          claim + ": " + Shown.of(String.valueOf(found)) + " (expected: " + expected + ")");
    }
  }

  private static RefusedException refused(String why) {
    return new RefusedException(Kind.UNAUTHENTICATED, "join token: " + why);
  }
}
