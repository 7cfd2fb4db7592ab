package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The root on disk, and what it signs. */
class AuthorityTest {

  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");

  @TempDir private Path state = Path.of(".");
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final InstantSource clock = () -> now;

  private Authority open() throws IOException {
    return Authority.open(StateFolder.open(state), null, clock);
  }

  private Path root() {
    return state.resolve("ca/root.pem");
  }

  @Test
  void theRootIsMadeOnceForItsOwnerAlone() throws Exception {
    Authority first = open();
    assertThat(open().root()).isEqualTo(first.root());
    assertThat(open().rootDigest()).isEqualTo(first.rootDigest()).hasSize(43);
    assertThat(first.trustDomain()).isEqualTo("cluster.local");
    String given = Files.readString(state.resolve("ca/root-certificate.pem"));
    assertThat(given).doesNotContain("PRIVATE");
    assertThat(Pem.certificate(given)).isEqualTo(first.root());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("ca"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aLeafHasOneNameAndIsGoodForBothSides() throws Exception {
    X509Certificate leaf =
        open().issue(REVIEWS, Csr.ec("secp256r1").getPublic(), Duration.ofHours(24)).leaf();
    assertThat(List.copyOf(leaf.getSubjectAlternativeNames()))
        .isEqualTo(List.of(List.of(6, REVIEWS.toString())));
    assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofHours(24)));
    assertThat(Certificates.identity(leaf, "cluster.local")).isEqualTo(REVIEWS);
  }

  @ParameterizedTest
  @ValueSource(longs = {-9, -5, 0, 5})
  void itCountsForClocksThatAreMinutesOff(long minutes) throws Exception {
    assertThat(valid(Duration.ofHours(1), minutes)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {-11, 61})
  void butNotForAnyClock(long minutes) throws Exception {
    assertThat(valid(Duration.ofHours(1), minutes)).isFalse();
  }

  private boolean valid(Duration life, long minutesOff) throws Exception {
    Authority authority = open();
    X509Certificate leaf = authority.issue(REVIEWS, Csr.ec("secp256r1").getPublic(), life).leaf();
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.root(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now.plus(Duration.ofMinutes(minutesOff))));
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
      return true;
    } catch (CertPathValidatorException e) {
      assertThat(e.getReason().toString()).isIn("EXPIRED", "NOT_YET_VALID");
      return false;
    }
  }

  @Test
  void noLeafOutlivesTheRoot() throws Exception {
    Authority authority = open();
    now = authority.root().getNotAfter().toInstant().minus(Duration.ofMinutes(5));
    X509Certificate leaf =
        authority.issue(REVIEWS, Csr.ec("secp256r1").getPublic(), Duration.ofHours(24)).leaf();
    assertThat(leaf.getNotAfter()).isEqualTo(authority.root().getNotAfter());
    now = now.plus(Duration.ofMinutes(5));
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("expired");
  }

  @Test
  void anotherTrustDomainIsRefused() throws Exception {
    Authority.open(StateFolder.open(state), "one.example", clock);
    assertThat(open().trustDomain()).isEqualTo("one.example");
    assertThatThrownBy(() -> Authority.open(StateFolder.open(state), "two.example", clock))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("one.example")
        .hasMessageContaining("expected: two.example");
    assertThatThrownBy(
            () -> Authority.open(StateFolder.open(state.resolve("new")), "Not A Domain", clock))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("trust domain");
  }

  @Test
  void damageIsNamedAndNothingIsReplaced() throws Exception {
    open();
    String good = Files.readString(root());
    String other = made("other");
    for (String bad :
        List.of(
            "",
            "nonsense",
            good.substring(0, good.length() / 2),
            good.replace("BEGIN CERTIFICATE", "BEGIN SOMETHING"),
            good.replaceFirst("\n[A-Za-z0-9+/]{8}", "\n!!!!!!!!"),
            // The key of one root and the certificate of another.
            other.substring(0, other.indexOf("-----BEGIN CERTIFICATE"))
                + good.substring(good.indexOf("-----BEGIN CERTIFICATE")))) {
      Files.writeString(root(), bad);
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("root.pem is damaged")
          .hasMessageContaining("expected")
          .message()
          .doesNotContain("\n");
      assertThat(Files.readString(root())).isEqualTo(bad);
    }
    Files.writeString(root(), good);
    open();
  }

  private String made(String name) throws IOException {
    Path elsewhere = state.resolve(name);
    Authority.open(StateFolder.open(elsewhere), null, clock);
    return Files.readString(elsewhere.resolve("ca/root.pem"));
  }

  @Test
  void filesThatOthersMayReadAreRefused() throws Exception {
    open();
    permit(root(), "rw-r-----");
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rw-r-----")
        .hasMessageContaining("expected: a plain file with rw-------");
    permit(root(), "rw-------");
    permit(state.resolve("ca"), "rwxr-x---");
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected: a directory with rwx------");
    permit(state.resolve("ca"), "rwx------");
    permit(state, "rwxrwxr-x");
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rwxrwxr-x");
  }

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void aLinkIsNoFile() throws Exception {
    open();
    Path elsewhere = state.resolve("elsewhere.pem");
    Files.move(root(), elsewhere);
    Files.createSymbolicLink(root(), elsewhere);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected: a plain file");
  }
}
