package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.config.SpiffeId;
import dev.weft.identity.TestAuthority.Leaf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real handshakes: who gets through, and who does not. */
class MeshTlsTest {

  private static final TestAuthority MESH = new TestAuthority("mesh");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign");
  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/shop";
  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final InetSocketAddress AT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 9080);

  private Instant now = Instant.now();
  private final MeshTls shop = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP)));
  private final MeshTls reviews = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), REVIEWS)));

  private MeshTls tls(Credential credential) {
    MeshTls made = new MeshTls(() -> now);
    use(made, credential);
    return made;
  }

  private static void use(MeshTls tls, Credential credential) {
    try {
      tls.use(credential);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Plan server(MeshTls tls) {
    return tls.server(id -> id.trustDomain().equals("cluster.local"));
  }

  private Loopback.Outcome connect(MeshTls client, MeshTls server)
      throws IOException, InterruptedException {
    return Loopback.connect(client.client(SpiffeId.parse(REVIEWS), AT), server(server));
  }

  @Test
  void bothEndsLearnWhoTheOtherIs() throws Exception {
    Loopback.Outcome outcome = connect(shop, reviews);
    assertThat(outcome.client()).isEqualTo(REVIEWS);
    assertThat(outcome.server()).isEqualTo(SHOP);
    assertThat(outcome.protocol()).isEqualTo("weft");
    assertThat(shop.self()).hasToString(SHOP);
  }

  @Test
  void anotherWorkloadsServerIsRefused() throws Exception {
    MeshTls other = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP)));
    Loopback.Outcome outcome = connect(shop, other);
    assertThat(outcome.client()).isEqualTo("!identity: " + SHOP + " (expected: " + REVIEWS + ")");
  }

  @Test
  void aForeignAuthoritysServerIsRefused() throws Exception {
    MeshTls foreign = tls(FOREIGN.credential(Leaf.of(now, Duration.ofHours(1), REVIEWS)));
    assertThat(connect(shop, foreign).client()).startsWith("!").contains("certificate chain");
  }

  @Test
  void aForeignAuthoritysClientIsRefused() throws Exception {
    Credential stranger = FOREIGN.credential(Leaf.of(now, Duration.ofHours(1), SHOP));
    MeshTls client =
        tls(
            new Credential(
                stranger.identity(), stranger.key(), stranger.chain(), Set.of(MESH.root)));
    assertThat(connect(client, reviews).server()).startsWith("!").contains("certificate chain");
  }

  @Test
  void anotherTrustDomainIsRefused() throws Exception {
    String elsewhere = "spiffe://elsewhere/ns/shop/sa/shop";
    MeshTls client = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), elsewhere)));
    assertThat(connect(client, reviews).server())
        .isEqualTo("!trust domain: that of " + elsewhere + " is not trusted");
  }

  @Test
  void aClientWithoutCertificateIsRefused() throws Exception {
    Plan.Tls plan = (Plan.Tls) shop.client(SpiffeId.parse(REVIEWS), AT);
    SSLEngine bare = Jsse.context(null, (chain, use) -> {}).createSSLEngine();
    bare.setUseClientMode(true);
    SSLParameters parameters = bare.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setApplicationProtocols(new String[] {"weft"});
    bare.setSSLParameters(parameters);
    Loopback.Outcome outcome =
        Loopback.connect(new Plan.Tls(bare, plan.verifier()), server(reviews));
    assertThat(outcome.server()).startsWith("!");
  }

  @Test
  void severalNamesAreNoName() throws Exception {
    MeshTls two = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP, REVIEWS)));
    assertThat(connect(two, reviews).server()).contains("2 URIs").contains("exactly one");
    assertThat(Loopback.connect(shop.client(SpiffeId.parse(SHOP), AT), server(two)).client())
        .contains("exactly one");
  }

  @Test
  void noNameIsNoName() throws Exception {
    MeshTls none =
        tls(MESH.credential(Leaf.of(now, Duration.ofHours(1)).withDns("reviews.default")));
    assertThat(connect(none, reviews).server()).contains("0 URIs");
  }

  @Test
  void otherNamesBesideTheUriDoNotMatter() throws Exception {
    MeshTls named =
        tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), REVIEWS).withDns("x.example")));
    assertThat(connect(shop, named).client()).isEqualTo(REVIEWS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://cluster.local/ns/shop",
        "spiffe://cluster.local/ns/shop/sa/shop/x",
        "https://cluster.local/ns/shop/sa/shop",
        "spiffe://cluster.local/ns/../sa/shop",
      })
  void aNameOfAnotherShapeIsRefused(String uri) throws Exception {
    Leaf leaf = Leaf.of(now, Duration.ofHours(1), uri);
    java.security.KeyPair pair = TestAuthority.keys();
    Credential odd =
        new Credential(
            SpiffeId.parse(SHOP),
            pair.getPrivate(),
            List.of(MESH.sign(leaf, pair.getPublic())),
            Set.of(MESH.root));
    assertThat(connect(tls(odd), reviews).server()).startsWith("!").contains("certificate names");
  }

  @Test
  void anAuthoritysOwnCertificateIsNoWorkloads() throws Exception {
    java.security.KeyPair pair = TestAuthority.keys();
    Credential root =
        new Credential(
            SpiffeId.parse(SHOP), pair.getPrivate(), List.of(MESH.root), Set.of(MESH.root));
    assertThat(connect(tls(root), reviews).server()).startsWith("!");
  }

  @Test
  void aCertificateForServersOnlyIsNoClients() throws Exception {
    MeshTls client = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP).withUse(1)));
    assertThat(connect(client, reviews).server()).contains("certificate use");
  }

  @Test
  void anExpiredPeerIsRefused() throws Exception {
    Instant then = now.minus(Duration.ofHours(3));
    MeshTls client = new MeshTls(() -> then); // by its own clock it is fine
    use(client, MESH.credential(Leaf.of(then, Duration.ofHours(1), SHOP)));
    Leaf old = new Leaf(then.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1)));
    MeshTls server =
        tls(
            MESH.credential(
                new Leaf(old.from(), old.to(), List.of(REVIEWS), List.of(), List.of(1, 2))));
    assertThat(connect(client, server).server()).startsWith("!").contains("certificate chain");
  }

  @Test
  void nothingIsOpenedWithAnExpiredCertificate() {
    int[] told = {0};
    shop.onExpired(() -> told[0]++);
    now = now.plus(Duration.ofHours(2));
    shop.lacks("the control service is away");
    assertThat(((Plan.Refuse) shop.client(SpiffeId.parse(REVIEWS), AT)).reason())
        .startsWith("certificate: ours has expired at ")
        .endsWith("the control service is away");
    assertThat(server(shop)).isInstanceOf(Plan.Refuse.class);
    assertThat(told[0]).isEqualTo(2);
  }

  @Test
  void nothingIsOpenedWithoutACertificate() {
    MeshTls none = new MeshTls(() -> now);
    none.lacks("the join token cannot be read");
    assertThat(((Plan.Refuse) none.client(SpiffeId.parse(REVIEWS), AT)).reason())
        .isEqualTo("certificate: the join token cannot be read");
    assertThat(server(none)).isInstanceOf(Plan.Refuse.class);
    assertThat(none.self()).isNull();
    assertThat(none.first()).isNotDone();
  }

  @Test
  void sessionsAreResumed() throws Exception {
    assertThat(created(shop, reviews, 4)).hasSize(1);
  }

  /** The creation times of the sessions of so many connections, one after the other. */
  private Set<Long> created(MeshTls client, MeshTls server, int times) throws Exception {
    Set<Long> created = new HashSet<>();
    for (int i = 0; i < times; i++) {
      Loopback.Outcome outcome = connect(client, server);
      assertThat(outcome.failed()).as(outcome.toString()).isFalse();
      created.add(outcome.createdMillis());
      Thread.sleep(5); // sessions are told apart by the millisecond of their making
    }
    return created;
  }

  @Test
  void aNewCertificateIsPresentedAtOnceByEitherEnd() throws Exception {
    Long first = created(shop, reviews, 2).iterator().next();
    use(shop, MESH.credential(Leaf.of(now, Duration.ofHours(2), SHOP)));
    Long second = created(shop, reviews, 2).iterator().next();
    assertThat(second).isNotEqualTo(first);
    use(reviews, MESH.credential(Leaf.of(now, Duration.ofHours(2), REVIEWS)));
    assertThat(created(shop, reviews, 2)).hasSize(1).doesNotContain(first, second);
  }

  @Test
  void aSessionOfATrustThatIsGoneIsNotResumed() throws Exception {
    assertThat(created(shop, reviews, 2)).hasSize(1);
    // The server trusts another root now; the client still has its session, and offers it.
    Credential moved = FOREIGN.credential(Leaf.of(now, Duration.ofHours(1), REVIEWS));
    use(
        reviews,
        new Credential(moved.identity(), moved.key(), moved.chain(), Set.of(FOREIGN.root)));
    assertThat(connect(shop, reviews).failed()).isTrue();
  }

  @Test
  void aResumedSessionIsVerifiedByTheTrustOfNow() throws Exception {
    // Both engines were made before the change, so that the old caches are still theirs.
    assertThat(created(shop, reviews, 2)).hasSize(1);
    Plan client = shop.client(SpiffeId.parse(REVIEWS), AT);
    Plan server = server(reviews);
    Credential own = reviews.credential();
    use(reviews, new Credential(own.identity(), own.key(), own.chain(), Set.of(FOREIGN.root)));
    Loopback.Outcome outcome = Loopback.connect(client, server);
    assertThat(outcome.server()).startsWith("!certificate chain");
  }

  @Test
  void aResumedSessionDoesNotOutliveThePeersCertificate() throws Exception {
    Credential brief = MESH.credential(Leaf.of(now, Duration.ofMinutes(1), REVIEWS));
    Instant made = now;
    MeshTls server = new MeshTls(() -> made); // its clock stands: it never thinks itself expired
    use(server, brief);
    assertThat(created(shop, server, 2)).hasSize(1);
    now = now.plus(Duration.ofMinutes(2));
    assertThat(connect(shop, server).client()).startsWith("!").contains("NotAfter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aSidecarsHandshakeIsAnswered(String version) throws Exception {
    Plan.Tls plan = (Plan.Tls) shop.client(SpiffeId.parse(REVIEWS), AT);
    SSLParameters parameters = plan.engine().getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setCipherSuites(
        new String[] {"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
    parameters.setApplicationProtocols(
        new String[] {"istio-peer-exchange", "istio-http/1.1", "http/1.1"});
    plan.engine().setSSLParameters(parameters);
    Loopback.Outcome outcome = Loopback.connect(plan, server(reviews));
    assertThat(outcome.server()).isEqualTo(SHOP);
    assertThat(outcome.protocol()).isEqualTo("http/1.1");
  }

  private static final TestAuthority NEXT = new TestAuthority("mesh"); // of the same name

  private Credential believing(TestAuthority by, String uri, Set<X509Certificate> roots) {
    Credential made = by.credential(Leaf.of(now, Duration.ofHours(1), uri));
    return new Credential(made.identity(), made.key(), made.chain(), roots);
  }

  private static void trust(MeshTls tls, TestAuthority... roots) throws Exception {
    tls.trust(Arrays.stream(roots).map(each -> each.root).toList());
  }

  @Test
  void peersOfEitherRootAreBelievedWhileBothAreInTheBundle() throws Exception {
    use(reviews, believing(NEXT, REVIEWS, Set.of(MESH.root, NEXT.root)));
    assertThat(connect(shop, reviews).client()).as("not told yet").startsWith("!certificate chain");
    trust(shop, MESH, NEXT);
    assertThat(connect(shop, reviews).client()).isEqualTo(REVIEWS);
    assertThat(connect(shop, reviews).server()).isEqualTo(SHOP);
    assertThat(Loopback.connect(reviews.client(SpiffeId.parse(SHOP), AT), server(shop)).client())
        .isEqualTo(SHOP);
  }

  @Test
  void noSessionIsResumedOnceTheRootsHaveChangedAtEitherEnd() throws Exception {
    Long first = created(shop, reviews, 2).iterator().next();
    trust(reviews, MESH, NEXT);
    Long second = created(shop, reviews, 2).iterator().next();
    assertThat(second).isNotEqualTo(first);
    trust(shop, MESH, NEXT);
    Set<Long> third = created(shop, reviews, 2);
    assertThat(third).hasSize(1).doesNotContain(first, second);
    // The same ones in another order are no change.
    trust(shop, NEXT, MESH);
    trust(reviews, NEXT, MESH);
    assertThat(created(shop, reviews, 2)).isEqualTo(third);
  }

  @Test
  void aClientOfARemovedRootIsRefusedThoughItHasASession() throws Exception {
    trust(reviews, MESH, NEXT);
    assertThat(created(shop, reviews, 2)).hasSize(1);
    Plan late = shop.client(SpiffeId.parse(REVIEWS), AT); // its cache is of before
    Plan open = server(reviews);
    use(reviews, believing(NEXT, REVIEWS, Set.of(NEXT.root)));
    assertThat(Loopback.connect(late, open).server()).startsWith("!certificate chain");
    assertThat(connect(shop, reviews).server()).startsWith("!");
  }

  @Test
  void aServerOfARemovedRootIsRefusedThoughThereIsASession() throws Exception {
    trust(shop, MESH, NEXT);
    assertThat(created(shop, reviews, 2)).hasSize(1);
    Plan late = shop.client(SpiffeId.parse(REVIEWS), AT); // its cache is of before
    trust(shop, NEXT);
    Loopback.Outcome outcome = Loopback.connect(late, server(reviews));
    assertThat(outcome.client()).startsWith("!certificate chain");
    assertThat(connect(shop, reviews).client()).startsWith("!certificate chain");
  }

  @Test
  void whoeverLeadsToNoRootAnyMoreIsTold() throws Exception {
    assertThat(shop.trust(List.of(MESH.root, NEXT.root))).isTrue();
    assertThat(shop.valid()).isNotNull();
    assertThat(shop.trust(List.of(NEXT.root))).isFalse();
    assertThat(shop.valid()).as("of no use to anybody").isNull();
    assertThat(shop.credential()).isNotNull();
  }

  @Test
  void aCertificateThatWasOnItsWayDoesNotBringOldRootsBack() throws Exception {
    long asked = shop.tellings();
    trust(shop, MESH, NEXT);
    shop.use(believing(MESH, SHOP, Set.of(MESH.root)), asked);
    assertThat(shop.roots()).containsExactlyInAnyOrder(MESH.root, NEXT.root);
    // One that was asked for afterwards knows better.
    shop.use(believing(MESH, SHOP, Set.of(MESH.root)), shop.tellings());
    assertThat(shop.roots()).containsExactly(MESH.root);
    // And one that the roots we were told of do not know brings its own.
    asked = shop.tellings();
    trust(shop, MESH);
    shop.use(believing(NEXT, SHOP, Set.of(NEXT.root)), asked);
    assertThat(shop.roots()).containsExactly(NEXT.root);
    assertThat(shop.valid()).isNotNull();
  }

  @Test
  void aChainThatGoesOnBehindTheRootIsReadUpToIt() throws Exception {
    Credential made = MESH.credential(Leaf.of(now, Duration.ofHours(1), REVIEWS));
    List<X509Certificate> longer = List.of(made.leaf(), NEXT.link(MESH), MESH.root, NEXT.root);
    MeshTls server =
        tls(new Credential(made.identity(), made.key(), longer, Set.of(MESH.root, NEXT.root)));
    assertThat(connect(shop, server).client()).isEqualTo(REVIEWS);
    MeshTls other = tls(MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP)));
    trust(other, NEXT);
    Loopback.Outcome outcome =
        Loopback.connect(other.client(SpiffeId.parse(REVIEWS), AT), server(server));
    assertThat(outcome.client()).as("by the link").isEqualTo(REVIEWS);
  }

  private final Leaf always = new Leaf(now.minusSeconds(600), now.plusSeconds(6_000));

  /** What becomes of a client of this authority, which shows these certificates besides. */
  private String server(TestAuthority by, TestAuthority... shown) throws Exception {
    Credential made = by.credential(Leaf.of(now, Duration.ofHours(1), SHOP));
    List<X509Certificate> chain = new ArrayList<>(List.of(made.leaf()));
    Arrays.stream(shown).forEach(each -> chain.add(each.root));
    Instant earlier = now.minusSeconds(60); // by its own clock all of it is valid
    MeshTls client = new MeshTls(() -> earlier);
    use(client, new Credential(made.identity(), made.key(), chain, Set.of(MESH.root)));
    return connect(client, reviews).server();
  }

  @Test
  void chainsThroughIntermediateAuthoritiesAreFollowed() throws Exception {
    TestAuthority upper = MESH.below("upper", always, TestAuthority.ANY);
    TestAuthority lower =
        upper.below("lower", always, TestAuthority.LEAVES, TestAuthority.onlyFor("cluster.local"));
    assertThat(server(upper, upper)).isEqualTo(SHOP);
    assertThat(server(lower, lower, upper)).isEqualTo(SHOP);
    assertThat(server(lower, lower, upper, MESH)).as("and the root").isEqualTo(SHOP);
  }

  @Test
  void chainsThatAnAuthorityMayNotMakeAreRefused() throws Exception {
    TestAuthority upper = MESH.below("upper", always, TestAuthority.ANY);
    assertThat(server(upper)).as("a link is missing").startsWith("!certificate chain");
    TestAuthority none = MESH.below("none", always, new byte[0]);
    assertThat(server(none, none)).as("no authority").startsWith("!certificate chain");
    Leaf over = new Leaf(now.minusSeconds(600), now.minusSeconds(1));
    TestAuthority ended = MESH.below("ended", over, TestAuthority.ANY);
    assertThat(server(ended, ended)).as("it has ended").startsWith("!certificate chain");
    TestAuthority leaves = MESH.below("leaves", always, TestAuthority.LEAVES);
    TestAuthority below = leaves.below("below", always, TestAuthority.ANY);
    assertThat(server(below, below, leaves)).as("too long").startsWith("!certificate chain");
    TestAuthority other =
        MESH.below("other", always, TestAuthority.ANY, TestAuthority.onlyFor("elsewhere.test"));
    assertThat(server(other, other)).as("names").startsWith("!certificate chain");
    TestAuthority foreign = FOREIGN.below("upper", always, TestAuthority.ANY);
    assertThat(server(foreign, upper)).as("of that name").startsWith("!certificate chain");
    assertThat(server(foreign, foreign, FOREIGN)).startsWith("!certificate chain");
  }
}
