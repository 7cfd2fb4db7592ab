package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.TestCa.Kind;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authorities of others, as files that are replaced. */
class PluggedAuthorityTest {

  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");
  private static final Duration LIFE = Duration.ofHours(24);

  @TempDir private Path directory = Path.of(".");
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final InstantSource clock = () -> now;
  private final Kind usual = Kind.at(now);
  private final TestCa root = TestCa.root("root", TestCa.rsa(2048), usual);
  private final TestCa upper = root.below("upper", TestCa.rsa(2048), usual);
  private final TestCa issuer = upper.below("issuer", TestCa.ec(), usual);

  private Path files() {
    return directory.resolve("files");
  }

  private Path state() {
    return directory.resolve("state");
  }

  private static Map<String, String> contents(TestCa issuer, String chain, String roots) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("ca-cert.pem", issuer.pem());
    all.put("ca-key.pem", issuer.keyPem());
    all.put("cert-chain.pem", chain);
    all.put("root-cert.pem", roots);
    return all;
  }

  private Map<String, String> good() {
    return contents(issuer, issuer.pem() + upper.pem(), root.pem());
  }

  private void write(Map<String, String> contents) throws IOException {
    Files.createDirectories(files());
    for (Map.Entry<String, String> each : contents.entrySet()) {
      Path aside = Files.writeString(files().resolve("new"), each.getValue());
      Files.move(aside, files().resolve(each.getKey()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Authority open() throws IOException {
    return Authority.plugged(StateFolder.open(state()), files(), null, clock);
  }

  private Authority.Chain issue(Authority authority) throws Exception {
    return authority.issue(REVIEWS, Csr.ec("secp256r1").getPublic(), LIFE);
  }

  private void requireHolds(Authority.Chain chain, TestCa... believed) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(
            Set.copyOf(
                java.util.Arrays.stream(believed)
                    .map(it -> new TrustAnchor(it.certificate(), null))
                    .toList()));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(chain.certificates()),
            parameters);
  }

  @Test
  void certificatesCarryTheChainUpToTheRoot() throws Exception {
    write(good());
    Authority authority = open();
    Authority.Chain chain = issue(authority);
    assertThat(chain.certificates().subList(1, 3))
        .containsExactly(issuer.certificate(), upper.certificate());
    assertThat(chain.roots()).containsExactly(root.certificate());
    assertThat(chain.pem()).hasSize(4).last().isEqualTo(root.pem());
    requireHolds(chain, root);
    assertThat(authority.trustDomain()).isEqualTo("cluster.local");
    List<X509Certificate> shown = authority.issueControl(Keys.generate(), LIFE).shown();
    assertThat(shown).hasSize(4).last().isEqualTo(root.certificate());
    assertThat(Files.exists(state().resolve("ca/root.pem"))).isFalse();
  }

  @Test
  void orderAndWhatIsTooMuchDoNotMatter() throws Exception {
    TestCa other = TestCa.root("other", TestCa.ec(), usual);
    write(contents(issuer, root.pem() + upper.pem() + other.pem(), other.pem() + root.pem()));
    Authority.Chain chain = issue(open());
    assertThat(chain.certificates()).hasSize(3);
    assertThat(chain.roots()).containsExactly(root.certificate(), other.certificate());
    // A root that signs by itself.
    write(contents(root, "", root.pem()));
    Authority.Chain direct = issue(open());
    assertThat(direct.certificates()).hasSize(1);
    requireHolds(direct, root);
  }

  @Test
  void aLeafDoesNotOutliveWhatItRestsOn() throws Exception {
    Instant end = now.plus(Duration.ofHours(2));
    TestCa brief = upper.below("brief", TestCa.ec(), usual.until(end));
    write(contents(brief, upper.pem(), root.pem()));
    Authority authority = open();
    assertThat(issue(authority).leaf().getNotAfter().toInstant()).isEqualTo(end);
    now = end;
    assertThatThrownBy(() -> issue(authority))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ca-cert.pem has expired");
  }

  @Test
  void whatCannotBeUsedIsNamedAndLeavesTheLastGoodInForce() throws Exception {
    write(good());
    Authority authority = open();
    TestCa foreign = TestCa.root("foreign", TestCa.ec(), usual);
    TestCa ended = upper.below("issuer", TestCa.ec(), usual.until(now.minusSeconds(1)));
    TestCa later = upper.below("issuer", TestCa.ec(), usual.since(now.plusSeconds(9)));
    TestCa leaf = upper.below("issuer", TestCa.ec(), usual.with(new BasicConstraints(false)));
    TestCa narrow = root.below("upper", TestCa.ec(), usual.with(new BasicConstraints(0)));
    TestCa tooLong = narrow.below("issuer", TestCa.ec(), usual);
    TestCa weak = upper.below("issuer", TestCa.rsa(1024), usual);
    TestCa elsewhere =
        upper.below(
            "issuer",
            TestCa.ec(),
            usual.with(
                Extension.subjectAlternativeName,
                new GeneralNames(
                    new GeneralName(
                        GeneralName.uniformResourceIdentifier, "spiffe://elsewhere.test"))));
    TestCa constrained =
        upper.below(
            "issuer",
            TestCa.ec(),
            usual.with(
                Extension.nameConstraints,
                new NameConstraints(
                    new GeneralSubtree[] {
                      new GeneralSubtree(
                          new GeneralName(GeneralName.uniformResourceIdentifier, "elsewhere.test"))
                    },
                    null)));
    Map<String, Map<String, String>> bad = new LinkedHashMap<>();
    bad.put("ca-key.pem: the key is not", with("ca-key.pem", foreign.keyPem()));
    bad.put("ca-key.pem: no key", with("ca-key.pem", ""));
    bad.put(
        "ca-key.pem: it cannot be read",
        with("ca-key.pem", "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n"));
    bad.put("ca-cert.pem: no certificate", with("ca-cert.pem", "nonsense"));
    bad.put("root-cert.pem: no certificate", with("root-cert.pem", ""));
    bad.put(
        "cert-chain.pem: nothing that has signed \"CN=upper\"",
        with("root-cert.pem", foreign.pem()));
    bad.put("cert-chain.pem: nothing that has signed \"CN=issuer\"", with("cert-chain.pem", ""));
    bad.put("it has ended at", contents(ended, upper.pem(), root.pem()));
    bad.put("it begins at", contents(later, upper.pem(), root.pem()));
    bad.put("it is no authority's", contents(leaf, upper.pem(), root.pem()));
    bad.put("what it signs would be refused", contents(tooLong, narrow.pem(), root.pem()));
    bad.put("ca-key.pem: a key of 1024 bits", contents(weak, upper.pem(), root.pem()));
    bad.put("of \"spiffe://elsewhere.test\"", contents(elsewhere, upper.pem(), root.pem()));
    bad.put("ca-cert.pem: what it signs", contents(constrained, upper.pem(), root.pem()));
    for (Map.Entry<String, Map<String, String>> each : bad.entrySet()) {
      write(each.getValue());
      authority.refresh();
      assertThat(authority.problem()).as("at the first look it may be half written").isNull();
      authority.refresh();
      assertThat(authority.problem()).contains(each.getKey()).contains("expected");
      assertThat(authority.problem()).doesNotContain("PRIVATE");
      requireHolds(issue(authority), root);
      write(good());
      authority.refresh();
      assertThat(authority.problem()).as(each.getKey()).isNull();
    }
    Files.delete(files().resolve("ca-key.pem"));
    authority.refresh();
    authority.refresh();
    assertThat(authority.problem()).contains("ca-key.pem: missing (expected: ca-cert.pem,");
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("missing");
  }

  private Map<String, String> with(String file, String content) {
    Map<String, String> all = good();
    all.put(file, content);
    return all;
  }

  @Test
  void aVolumeIsReplacedAtOneBlow() throws Exception {
    Files.createDirectories(files());
    TestCa next = upper.below("next", TestCa.ec(), usual);
    volume("..1", good());
    for (String file : good().keySet()) {
      Files.createSymbolicLink(files().resolve(file), Path.of("..data", file));
    }
    Authority authority = open();
    int[] told = {0};
    authority.onChange(() -> told[0]++);
    authority.refresh();
    assertThat(told[0]).isZero();
    volume("..2", contents(next, upper.pem(), root.pem()));
    authority.refresh();
    assertThat(told[0]).isEqualTo(1);
    assertThat(issue(authority).certificates().get(1)).isEqualTo(next.certificate());
    requireHolds(issue(authority), root);
  }

  private void volume(String name, Map<String, String> contents) throws IOException {
    Path version = Files.createDirectory(files().resolve(name));
    for (Map.Entry<String, String> each : contents.entrySet()) {
      Files.writeString(version.resolve(each.getKey()), each.getValue());
    }
    Path link = Files.createSymbolicLink(files().resolve("..data_tmp"), Path.of(name));
    Files.move(link, files().resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void tokensAreMadeWithoutTheAuthoritysFiles() throws Exception {
    write(good());
    Authority authority = open();
    write(Map.of("ca-key.pem", "not for everybody"));
    JoinTokens beside = JoinTokens.open(state(), null, clock);
    String token = beside.make(REVIEWS, Set.of("reviews"), LIFE);
    JoinTokens running = JoinTokens.open(StateFolder.open(state()), authority, clock);
    assertThat(running.verify(token).subject()).isEqualTo(REVIEWS);
    assertThatThrownBy(() -> JoinTokens.open(state(), "elsewhere.test", clock))
        .hasMessageContaining("is of the trust domain cluster.local");
    assertThatThrownBy(() -> RootRotation.open(state(), clock))
        .hasMessageContaining("signed by the authority in " + files());
    assertThatThrownBy(() -> Authority.open(StateFolder.open(state()), null, clock))
        .hasMessageContaining("expected: 'weftctl up --ca " + files());
  }

  @Test
  void aMeshWithARootOfItsOwnMovesOverWithNobodyRefused() throws Exception {
    Authority own = Authority.open(StateFolder.open(state()), "mesh.test", clock);
    JoinTokens tokens = JoinTokens.open(StateFolder.open(state()), own, clock);
    SpiffeId reviews = SpiffeId.parse("spiffe://mesh.test/ns/default/sa/reviews");
    String token = tokens.make(reviews, Set.of(), LIFE);
    write(good());
    assertThatThrownBy(this::open)
        .hasMessageContaining("root-cert.pem: without our own root")
        .hasMessageContaining("root-certificate.pem");
    write(Map.of("root-cert.pem", root.pem() + Pem.write(own.root())));
    Authority moved = open();
    assertThat(moved.trustDomain()).isEqualTo("mesh.test");
    assertThat(moved.roots()).containsExactly(root.certificate(), own.root());
    assertThat(JoinTokens.open(StateFolder.open(state()), moved, clock).verify(token).subject())
        .isEqualTo(reviews);
    // Its bearer, who knows our own root alone, is led on to the new one.
    List<X509Certificate> shown = moved.issueControl(Keys.generate(), LIFE).shown();
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(own.root(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    assertThat(
            CertPathValidator.getInstance("PKIX")
                .validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(shown.subList(0, 4)),
                    parameters))
        .isNotNull();
    // Later it is retired there.
    write(Map.of("root-cert.pem", root.pem()));
    moved.refresh();
    assertThat(moved.problem()).isNull();
    assertThat(moved.roots()).containsExactly(root.certificate());
  }
}
