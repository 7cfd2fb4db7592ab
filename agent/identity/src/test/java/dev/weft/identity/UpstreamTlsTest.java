package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.config.Transport.Own;
import dev.weft.engine.config.Transport.ServerName;
import dev.weft.engine.config.Transport.Tls;
import dev.weft.engine.config.Transport.Verification;
import dev.weft.identity.TestAuthority.Leaf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to servers that are nobody of the mesh, by files that may change. */
class UpstreamTlsTest {

  private final Instant now = Instant.now();
  private static final Duration DAY = Duration.ofDays(1);
  private static final String HOST = "api.example.com";
  private static final InetSocketAddress REMOTE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);

  @TempDir Path folder;

  private final TestAuthority authority = new TestAuthority("public");
  private final TestAuthority other = new TestAuthority("other");
  private final List<String> complaints = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - 5;
  private final UpstreamTls upstream =
      new UpstreamTls(InstantSource.system(), () -> nanos, complaints::add);

  private Leaf leaf(String... dns) {
    return Leaf.of(now, DAY).withDns(dns);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String roots(TestAuthority of) throws IOException {
    return file("ca.pem", TestAuthority.pem(of.root)).toString();
  }

  /** As istiod has it where nothing but authorities is written. */
  private static Tls simple(String roots) {
    return new Tls(
        new ServerName(HOST, true),
        new Verification(false, roots, null, List.of(), true),
        null,
        List.of());
  }

  private static Tls named(String roots, String... names) {
    return new Tls(
        new ServerName("", false),
        new Verification(false, roots, null, List.of(names), false),
        null,
        List.of());
  }

  private Plan.Tls server(Credential own, boolean asksForCertificate) {
    try {
      SSLContext context =
          Jsse.context(own, (chain, use) -> new Trust(own.roots(), InstantSource.system()));
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(false);
      engine.setNeedClientAuth(asksForCertificate);
      return new Plan.Tls(
          engine,
          session -> {
            List<?> asked = ((ExtendedSSLSession) session).getRequestedServerNames();
            String name = asked.isEmpty() ? "nobody" : ((SNIHostName) asked.get(0)).getAsciiName();
            return asksForCertificate
                ? name + " by " + PeerNamesText.first(session.getPeerCertificates())
                : name;
          });
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Loopback.Outcome connect(Tls tls, Leaf leaf) throws IOException, InterruptedException {
    return connect(tls, server(authority.credential(leaf), false));
  }

  private Loopback.Outcome connect(Tls tls, Plan.Tls server)
      throws IOException, InterruptedException {
    return Loopback.connect(upstream.client(tls, REMOTE), server);
  }

  private static String refusal(Plan plan) {
    assertThat(plan).isInstanceOf(Plan.Refuse.class);
    return ((Plan.Refuse) plan).reason();
  }

  @Test
  void theServerProvesToBeTheHostThatIsCalled() throws Exception {
    Loopback.Outcome outcome = connect(simple(roots(authority)), leaf(HOST));
    assertThat(outcome.client()).isEqualTo("null");
    assertThat(outcome.server()).isEqualTo(HOST);
    assertThat(connect(simple(roots(authority)), leaf("*.example.com")).failed()).isFalse();
    assertThat(connect(simple(roots(authority)), leaf("API.example.com")).failed()).isFalse();
  }

  @Test
  void anotherNameIsRefused() throws Exception {
    Tls tls = simple(roots(authority));
    assertThat(connect(tls, leaf("www.example.com")).client())
        .contains("certificate names: [www.example.com] (expected: one of [api.example.com])");
    assertThat(connect(tls, leaf("*.com")).client()).contains("certificate names: ");
    assertThat(connect(tls, leaf("*.api.example.com")).client()).contains("certificate names: ");
  }

  @Test
  void anotherAuthorityIsRefused() throws Exception {
    String roots = roots(other);
    assertThat(connect(simple(roots), leaf(HOST)).client())
        .contains("certificate chain: leads to none of " + roots);
  }

  @Test
  void theJvmsAuthoritiesAreThoseOfNobodysFile() throws Exception {
    Tls tls =
        new Tls(
            new ServerName(HOST, true),
            new Verification(false, null, null, List.of(), true),
            null,
            List.of());
    assertThat(connect(tls, leaf(HOST)).client())
        .contains("certificate chain: leads to none of the authorities that this JVM trusts");
  }

  @Test
  void whatIsNotValidNowIsRefused() throws Exception {
    Tls tls = simple(roots(authority));
    Leaf expired = new Leaf(now.minus(DAY), now.minusSeconds(60)).withDns(HOST);
    assertThat(connect(tls, expired).client()).contains("certificate: has expired, ");
    Leaf early = new Leaf(now.plusSeconds(600), now.plus(DAY)).withDns(HOST);
    assertThat(connect(tls, early).client()).contains("certificate: is not valid yet, ");
  }

  @Test
  void oneOfTheNamesThatAreWrittenIsEnough() throws Exception {
    Tls tls = named(roots(authority), "db.internal", "spiffe://cluster.local/ns/a/sa/b");
    assertThat(connect(tls, leaf("db.internal")).server()).isEqualTo("nobody");
    assertThat(connect(tls, Leaf.of(now, DAY, "spiffe://cluster.local/ns/a/sa/b")).failed())
        .isFalse();
    assertThat(connect(tls, Leaf.of(now, DAY, "spiffe://cluster.local/ns/a/sa/bb")).client())
        .contains("certificate names: [spiffe://cluster.local/ns/a/sa/bb] (expected: one of ");
  }

  @Test
  void theHostAndTheListAreBothDemanded() throws Exception {
    Tls both =
        new Tls(
            new ServerName(HOST, true),
            new Verification(false, roots(authority), null, List.of("entry.internal"), true),
            null,
            List.of());
    assertThat(connect(both, leaf(HOST)).client()).contains("(expected: one of [entry.internal])");
    assertThat(connect(both, leaf("entry.internal")).client()).contains("one of [" + HOST + "]");
    assertThat(connect(both, leaf(HOST, "entry.internal")).failed()).isFalse();
  }

  @Test
  void nothingIsVerifiedOnlyWhereThatIsSaid() throws Exception {
    Tls tls = new Tls(new ServerName(HOST, true), Verification.NONE, null, List.of());
    assertThat(connect(tls, leaf("anybody")).failed()).isFalse();
  }

  @Test
  void aHostToVerifyMustBeKnown() throws Exception {
    Tls tls =
        new Tls(
            new ServerName("", true),
            new Verification(false, roots(authority), null, List.of(), true),
            null,
            List.of());
    assertThat(refusal(upstream.client(tls, REMOTE))).contains("there is no name");
  }

  @Test
  void withoutItsFilesNothingIsOpened() throws IOException {
    String absent = folder.resolve("absent.pem").toString();
    assertThat(refusal(upstream.client(simple(absent), REMOTE)))
        .isEqualTo("files: " + absent + ": there is no such file");
    assertThat(refusal(upstream.client(simple(file("bad", "no").toString()), REMOTE)))
        .contains("no certificate");
    assertThat(complaints).hasSize(2);
  }

  @Test
  void whatIsRevokedIsRefused() throws Exception {
    Credential serving = authority.credential(leaf(HOST));
    String lists = file("crl.pem", authority.revocations()).toString();
    Tls tls =
        new Tls(
            new ServerName(HOST, true),
            new Verification(false, roots(authority), lists, List.of(), true),
            null,
            List.of());
    assertThat(connect(tls, server(serving, false)).failed()).isFalse();
    file("crl.pem", authority.revocations(serving.leaf().getSerialNumber()));
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(connect(tls, server(serving, false)).client()).contains("certificate: was revoked");
    file("crl.pem", other.revocations());
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(connect(tls, server(serving, false)).client())
        .contains("certificate chain: ")
        .contains("revocation status");
  }

  @Test
  void newAuthoritiesCountFromTheNextConnectionOn() throws Exception {
    Tls tls = simple(roots(other));
    assertThat(connect(tls, leaf(HOST)).failed()).isTrue();
    roots(authority);
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(connect(tls, leaf(HOST)).failed()).isFalse();
    file("ca.pem", "broken");
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(connect(tls, leaf(HOST)).failed()).isFalse();
    assertThat(complaints)
        .singleElement()
        .asString()
        .contains("no certificate")
        .endsWith("; the ones before stay in force");
  }

  private Tls mutual(Path chain, Path key) throws IOException {
    return new Tls(
        new ServerName(HOST, true),
        new Verification(false, roots(authority), null, List.of(), true),
        new Own(chain.toString(), key.toString()),
        List.of());
  }

  private void present(Credential own) throws IOException {
    file("own.pem", TestAuthority.pem(own.leaf()));
    file("own.key", Pem.of("PRIVATE KEY", own.key().getEncoded()));
  }

  @Test
  void presentsTheCertificateOfTheMoment() throws Exception {
    present(other.credential(leaf("first.client")));
    Tls tls = mutual(folder.resolve("own.pem"), folder.resolve("own.key"));
    Credential serving = authority.credential(leaf(HOST));
    assertThat(connect(tls, server(serving, true)).server()).isEqualTo(HOST + " by first.client");
    present(other.credential(leaf("second.client")));
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(connect(tls, server(serving, true)).server()).isEqualTo(HOST + " by second.client");
  }

  @Test
  void aKeyOfAnotherCertificateIsNotUsed() throws Exception {
    present(other.credential(leaf("first.client")));
    file("own.key", Pem.of("PRIVATE KEY", TestAuthority.keys().getPrivate().getEncoded()));
    Tls tls = mutual(folder.resolve("own.pem"), folder.resolve("own.key"));
    assertThat(refusal(upstream.client(tls, REMOTE))).contains("own.key: is not the key of ");
  }

  @Test
  void anExpiredCertificateOfOursIsNotPresented() throws Exception {
    present(other.credential(new Leaf(now.minus(DAY), now.minusSeconds(60)).withDns("late")));
    Tls tls = mutual(folder.resolve("own.pem"), folder.resolve("own.key"));
    assertThat(refusal(upstream.client(tls, REMOTE))).contains("certificate: has expired, ");
  }

  @Test
  void ownTlsOfTheApplicationTakesItsPlace() throws IOException {
    Plan plan = upstream.client(simple(roots(authority)), REMOTE);
    assertThat(((Plan.Tls) plan).yields()).isTrue();
  }

  /** The first DNS name of a chain's leaf. */
  private static final class PeerNamesText {
    static @Nullable Object first(java.security.cert.Certificate[] chain) {
      try {
        return ((java.security.cert.X509Certificate) chain[0])
            .getSubjectAlternativeNames()
            .iterator()
            .next()
            .get(1);
      } catch (java.security.cert.CertificateException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
