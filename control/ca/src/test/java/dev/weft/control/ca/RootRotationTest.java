package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.RootRotation.Haste;
import dev.weft.control.ca.RootRotation.Role;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roots follow one another, by a clock that the test turns. */
class RootRotationTest {

  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");
  private static final Duration LIFE = Duration.ofHours(24);

  @TempDir private Path state = Path.of(".");
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final InstantSource clock = () -> now;
  private Authority authority;
  private JoinTokens tokens;

  @BeforeEach
  void open() throws IOException {
    StateFolder folder = StateFolder.open(state);
    authority = Authority.open(folder, null, clock);
    tokens = JoinTokens.open(folder, authority, clock);
  }

  private RootRotation rotation() throws IOException {
    return RootRotation.open(state, clock);
  }

  private Authority.Chain issue() throws Exception {
    return authority.issue(REVIEWS, Csr.ec("secp256r1").getPublic(), LIFE);
  }

  private void advance(Duration time) {
    now = now.plus(time);
  }

  /** As a peer that believes these roots verifies it. */
  private boolean holds(Authority.Chain chain, List<X509Certificate> roots) throws Exception {
    return new Believer(roots, now).believes(chain.certificates());
  }

  private record Believer(List<X509Certificate> roots, Instant now) {
    boolean believes(List<X509Certificate> path) throws Exception {
      PKIXParameters parameters =
          new PKIXParameters(
              Set.copyOf(roots.stream().map(it -> new TrustAnchor(it, null)).toList()));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPath certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
      try {
        CertPathValidator.getInstance("PKIX").validate(certificates, parameters);
        return true;
      } catch (java.security.cert.CertPathValidatorException e) {
        return false;
      }
    }
  }

  @Test
  void nobodyIsRefusedInAnyPhase() throws Exception {
    Authority.Chain old = issue();
    List<X509Certificate> first = authority.roots();
    Instant mayActivate = rotation().rotate();
    authority.refresh();
    List<X509Certificate> both = authority.roots();
    assertThat(both).hasSize(2).startsWith(first.get(0));
    Authority.Chain between = issue();
    assertThat(between.roots()).isEqualTo(both);
    assertThat(holds(between, first)).as("who knows the old root alone").isTrue();
    assertThat(old.leaf().getNotAfter().toInstant()).isBefore(mayActivate);

    now = mayActivate;
    Instant mayRetire = rotation().activate(Haste.WHEN_SAFE);
    authority.refresh();
    Authority.Chain next = issue();
    assertThat(authority.root()).isEqualTo(both.get(1));
    assertThat(authority.roots()).containsExactly(both.get(1), both.get(0));
    assertThat(holds(next, both)).isTrue();
    assertThat(holds(next, first)).isFalse();
    assertThat(between.leaf().getNotAfter().toInstant()).isBefore(mayRetire);

    now = mayRetire;
    rotation().retire(Haste.WHEN_SAFE);
    authority.refresh();
    assertThat(authority.roots()).containsExactly(both.get(1));
    assertThat(holds(issue(), authority.roots())).isTrue();
  }

  @Test
  void stepsThatWouldHarmAreRefusedAndSayWhen() throws Exception {
    issue();
    assertThatThrownBy(() -> rotation().activate(Haste.WHEN_SAFE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no new root")
        .hasMessageContaining("weftctl root rotate");
    assertThatThrownBy(() -> rotation().retire(Haste.NOW)).hasMessageContaining("no root before");
    Instant safe = rotation().rotate();
    assertThatThrownBy(() -> rotation().rotate())
        .hasMessageContaining("being distributed already")
        .hasMessageContaining(safe.toString());
    assertThatThrownBy(() -> rotation().activate(Haste.WHEN_SAFE))
        .hasMessageContaining("too early")
        .hasMessageContaining("expected: not before " + safe);
    now = safe;
    authority.refresh();
    issue();
    Instant end = rotation().activate(Haste.WHEN_SAFE);
    assertThatThrownBy(() -> rotation().rotate()).hasMessageContaining("weftctl root retire");
    assertThatThrownBy(() -> rotation().retire(Haste.WHEN_SAFE))
        .hasMessageContaining("too early")
        .hasMessageContaining(end.toString());
    assertThat(end).isAfter(now.plus(LIFE));
    rotation().retire(Haste.NOW);
    assertThat(rotation().list()).extracting(RootRotation.Listed::role).containsExactly(Role.SIGNS);
  }

  @Test
  void theFilesAreTheOwnersAloneAndWhatIsGivenAwayHasNoKey() throws Exception {
    rotation().rotate();
    authority.refresh();
    Path others = state.resolve("ca/rotation.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(others)))
        .isEqualTo("rw-------");
    String given = Files.readString(state.resolve("ca/root-certificate.pem"));
    assertThat(given).doesNotContain("PRIVATE");
    assertThat(Pem.certificates(given)).isEqualTo(authority.roots());
    assertThat(rotation().list().toString()).doesNotContain("PRIVATE");
    now = rotation().activate(Haste.NOW);
    assertThat(Files.readString(others)).doesNotContain("PRIVATE");
  }

  @Test
  void whatWasCutOffBetweenTheFilesIsDoneAgain() throws Exception {
    rotation().rotate();
    authority.refresh();
    Path root = state.resolve("ca/root.pem");
    JsonFile<RootEntry> others = new OwnRoots(StateFolder.open(state), null).others();
    String oldRoot = Files.readString(root);
    List<RootEntry> half = new ArrayList<>(others.read());
    rotation().activate(Haste.NOW);
    String newRoot = Files.readString(root);
    half.addAll(0, others.read());
    // Power was lost before root.pem was replaced: it still signs, and both are believed.
    Files.writeString(root, oldRoot);
    others.write(half);
    authority.refresh();
    assertThat(authority.problem()).isNull();
    assertThat(authority.roots()).hasSize(2);
    assertThat(rotation().list())
        .extracting(RootRotation.Listed::role)
        .containsExactly(Role.SIGNS, Role.NEXT);
    // And after it was: the new one signs.
    Files.writeString(root, newRoot);
    authority.refresh();
    assertThat(rotation().list())
        .extracting(RootRotation.Listed::role)
        .containsExactly(Role.SIGNS, Role.PREVIOUS);
    assertThat(authority.roots()).hasSize(2);
    Files.writeString(root, oldRoot);
    rotation().activate(Haste.NOW);
    authority.refresh();
    assertThat(rotation().list())
        .extracting(RootRotation.Listed::role)
        .containsExactly(Role.SIGNS, Role.PREVIOUS);
  }

  private void rotateFully() throws IOException {
    now = rotation().rotate();
    now = rotation().activate(Haste.WHEN_SAFE);
    rotation().retire(Haste.WHEN_SAFE);
    authority.refresh();
  }

  private String token() throws IOException {
    return tokens.make(REVIEWS, Set.of(), Duration.ofDays(300));
  }

  @Test
  void aTokenFromBeforeFindsTheControlServiceOverThreeRoots() throws Exception {
    X509Certificate known = authority.root();
    String token = token();
    for (int i = 0; i < 3; i++) {
      rotateFully();
      assertThat(tokens.verify(token).subject()).isEqualTo(REVIEWS);
      List<X509Certificate> shown = authority.issueControl(Keys.generate(), LIFE).shown();
      assertThat(shown).hasSizeLessThanOrEqualTo(10).contains(known).doesNotHaveDuplicates();
      // The leaf, and a link from each root to the one before.
      assertThat(new Believer(List.of(known), now).believes(shown.subList(0, i + 2))).isTrue();
    }
    rotateFully();
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("was retired")
        .hasMessageContaining("make a new token");
  }

  @Test
  void tokensOfARootInTheHandsOfOthersAreWorthNothing() throws Exception {
    String token = token();
    rotation().rotate();
    rotation().activate(Haste.NOW);
    authority.refresh();
    assertThat(tokens.verify(token).subject()).isEqualTo(REVIEWS);
    rotation().retire(Haste.NOW);
    authority.refresh();
    assertThatThrownBy(() -> tokens.verify(token)).hasMessageContaining("was retired");
    assertThat(tokens.verify(token()).subject()).isEqualTo(REVIEWS);
    assertThat(authority.issueControl(Keys.generate(), LIFE).shown()).hasSize(2);
  }

  @Test
  void aCertificateOfARetiredRootIsRefusedAtEachCall() throws Exception {
    ClientTrust trust = new ClientTrust(authority, clock);
    X509Certificate[] old = issue().certificates().toArray(new X509Certificate[0]);
    trust.require(old);
    rotation().rotate();
    rotation().activate(Haste.NOW);
    authority.refresh();
    trust.require(old);
    trust.require(issue().certificates().toArray(new X509Certificate[0]));
    rotation().retire(Haste.NOW);
    authority.refresh();
    assertThatThrownBy(() -> trust.require(old))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("expected: a chain to one of the 1 roots of now");
    assertThatThrownBy(() -> trust.checkClientTrusted(old, "EC"))
        .isInstanceOf(java.security.cert.CertificateException.class);
  }

  @Test
  void damageLeavesTheLastGoodInForceAndIsSaid() throws Exception {
    List<X509Certificate> good = authority.roots();
    Path root = state.resolve("ca/root.pem");
    String content = Files.readString(root);
    Files.writeString(root, "nonsense");
    authority.refresh();
    assertThat(authority.problem()).as("at the first look it may be half written").isNull();
    authority.refresh();
    assertThat(authority.problem()).contains("root.pem is damaged");
    assertThat(authority.roots()).isEqualTo(good);
    assertThat(holds(issue(), good)).isTrue();
    Files.writeString(root, content);
    authority.refresh();
    assertThat(authority.problem()).isNull();
  }

  @Test
  void itIsHeldBackAsLongAsTheLastCertificateHolds() throws Exception {
    for (int hour = 0; hour < 30; hour++) {
      X509Certificate last = issue().leaf();
      assertThat(Horizon.read(StateFolder.open(state)))
          .isAfterOrEqualTo(last.getNotAfter().toInstant());
      advance(Duration.ofHours(1));
    }
    assertThat(rotation().rotate())
        .isBetween(now.plus(Duration.ofHours(23)), now.plus(Duration.ofHours(31)));
  }
}
