package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.config.SpiffeId;
import dev.weft.identity.TestAuthority.Leaf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A certificate's life, by a clock that the test turns. */
class CertificateLifeTest {

  private static final TestAuthority MESH = new TestAuthority("mesh");
  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/shop";
  private static final Duration LIFE = Duration.ofHours(24);

  private final Clock clock = new Clock();
  private final MeshTls tls = new MeshTls(() -> clock.now);
  private final Authority authority = new Authority();
  private final List<String> lines = new ArrayList<>();
  private @Nullable String token = Tokens.of(SHOP, clock.now.plus(Duration.ofDays(9)), MESH.root);
  private final CertificateLife life =
      new CertificateLife(
          tls,
          this::token,
          authority,
          new CertificateLife.Surroundings(clock, new Random(7), new Lines()));

  private JoinToken token() throws IOException {
    if (token == null) {
      throw new IOException("join token: cannot read it");
    }
    return JoinToken.parse(token, "cluster.local");
  }

  private boolean opens() {
    return tls.client(SpiffeId.parse(SHOP), InetSocketAddress.createUnresolved("x", 1))
        instanceof Plan.Tls;
  }

  @Test
  void theFirstOneIsByTokenAndTheNextByCertificate() {
    life.start();
    assertThat(opens()).isFalse();
    clock.advance(Duration.ZERO);
    assertThat(opens()).isTrue();
    assertThat(authority.asked).containsExactly("token " + SHOP);
    clock.advance(Duration.ofHours(10));
    assertThat(authority.asked).hasSize(1);
    clock.advance(Duration.ofHours(4)); // half life, give or take a tenth
    assertThat(authority.asked).containsExactly("token " + SHOP, "certificate " + SHOP);
    CertificateStatus status = life.status();
    assertThat(status.issued()).isEqualTo(2);
    assertThat(status.identity()).hasToString(SHOP);
    assertThat(status.left()).isGreaterThan(Duration.ofHours(20));
    assertThat(status.lastFailure()).isNull();
  }

  @Test
  void aPlatformsTokenIsReadAnewAndShownForEachCertificate() {
    String account = "{\"sub\":\"system:serviceaccount:shop:shop\",\"exp\":2000000000}";
    token = Tokens.of("{\"kid\":\"1\"}", account);
    life.start();
    clock.advance(Duration.ZERO);
    token = Tokens.of("{\"kid\":\"2\"}", account);
    clock.advance(Duration.ofHours(14));
    assertThat(authority.asked).containsExactly("token " + SHOP, "token " + SHOP);
    assertThat(authority.shown).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void everyOneHasAKeyAndASerialNumberOfItsOwn() {
    life.start();
    clock.advance(Duration.ZERO);
    Credential first = tls.credential();
    clock.advance(Duration.ofHours(14));
    Credential second = tls.credential();
    assertThat(second.leaf().getSerialNumber()).isNotEqualTo(first.leaf().getSerialNumber());
    assertThat(second.leaf().getPublicKey()).isNotEqualTo(first.leaf().getPublicKey());
  }

  @Test
  void manyRotationsLeaveNoGap() {
    life.start();
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofHours(14));
      assertThat(opens()).isTrue();
    }
    assertThat(life.status().issued()).isBetween(100L, 130L);
    assertThat(life.status().failures()).isZero();
  }

  @Test
  void failuresAreTriedAgainEverLessOften() {
    authority.away = "no answer";
    life.start();
    clock.advance(Duration.ofMinutes(10));
    assertThat(authority.attempts).isBetween(25, 60); // 250 ms, doubling up to 30 s
    assertThat(opens()).isFalse();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("no new certificate: no answer").contains("nothing of the");
    authority.away = null;
    clock.advance(Duration.ofSeconds(31));
    assertThat(opens()).isTrue();
    assertThat(life.status().failures()).isGreaterThan(20);
  }

  @Test
  void nothingOpensOnceItHasExpiredAndItComesBackByToken() {
    life.start();
    clock.advance(Duration.ofHours(1));
    authority.away = "no answer";
    clock.advance(Duration.ofHours(22));
    assertThat(opens()).isTrue();
    clock.advance(Duration.ofHours(2));
    assertThat(opens()).isFalse();
    assertThat(life.status().left()).isNegative();
    authority.away = null;
    clock.advance(Duration.ofSeconds(31));
    assertThat(opens()).isTrue();
    assertThat(authority.asked.get(authority.asked.size() - 1)).isEqualTo("token " + SHOP);
  }

  @Test
  void aMachineThatSleptAsksAtTheFirstUse() {
    life.start();
    clock.advance(Duration.ZERO);
    clock.now = clock.now.plus(Duration.ofHours(30)); // the timer stood still meanwhile
    assertThat(opens()).isFalse();
    assertThat(opens()).isFalse();
    clock.advance(Duration.ZERO);
    assertThat(opens()).isTrue();
    assertThat(authority.attempts).isEqualTo(2);
  }

  @Test
  void whereTheCertificateIsNotTakenTheTokenIsTriedAtOnce() {
    life.start();
    clock.advance(Duration.ofHours(1));
    authority.refusesCertificates = true;
    clock.advance(Duration.ofHours(13));
    assertThat(authority.asked)
        .containsExactly("token " + SHOP, "certificate " + SHOP, "token " + SHOP);
    assertThat(life.status().issued()).isEqualTo(2);
  }

  @Test
  void renewsWithoutAToken() {
    life.start();
    clock.advance(Duration.ofHours(1));
    token = null;
    clock.advance(Duration.ofHours(100));
    assertThat(opens()).isTrue();
    assertThat(life.status().failures()).isZero();
  }

  @Test
  void aTokenThatCannotBeReadIsReadAgain() {
    String good = token;
    token = null;
    life.start();
    clock.advance(Duration.ofMinutes(1));
    assertThat(life.status().lastFailure()).isEqualTo("join token: cannot read it");
    token = good;
    clock.advance(Duration.ofSeconds(31));
    assertThat(opens()).isTrue();
  }

  @Test
  void anExpiredTokenIsSaidToBeOne() {
    token = Tokens.of(SHOP, clock.now.minusSeconds(60), MESH.root);
    authority.refusesTokens = true;
    life.start();
    clock.advance(Duration.ZERO);
    assertThat(life.status().lastFailure())
        .startsWith("UNAUTHENTICATED")
        .contains("by our clock, it has expired");
  }

  @Test
  void aCertificateOfSomebodyElseIsNotUsed() {
    authority.issues = "spiffe://cluster.local/ns/shop/sa/other";
    life.start();
    clock.advance(Duration.ZERO);
    assertThat(opens()).isFalse();
    assertThat(life.status().lastFailure()).contains("(expected: " + SHOP + ")");
  }

  @Test
  void aCertificateThatIsNotValidNowIsNotUsed() {
    authority.skew = Duration.ofDays(-3);
    life.start();
    clock.advance(Duration.ZERO);
    assertThat(opens()).isFalse();
    assertThat(life.status().lastFailure()).contains("certificate chain");
    authority.skew = Duration.ofMinutes(5); // within what authorities back-date
    clock.advance(Duration.ofSeconds(31));
    assertThat(opens()).isTrue();
  }

  @Test
  void aCertificateOfAnotherKeyIsNotUsed() {
    authority.forgets = true;
    life.start();
    clock.advance(Duration.ZERO);
    assertThat(opens()).isFalse();
    assertThat(life.status().lastFailure()).contains("of another key");
  }

  @Test
  void anAnswerThatIsNoneIsAFailure() {
    for (List<String> answer :
        List.of(
            List.<String>of(),
            List.of("x"),
            List.of("x", "y"),
            List.of(TestAuthority.pem(MESH.root), TestAuthority.pem(MESH.root)))) {
      authority.answer = answer;
      life.start();
      clock.advance(Duration.ZERO);
      assertThat(opens()).isFalse();
      assertThat(life.status().lastFailure()).isNotNull();
    }
  }

  @Test
  void whoLeadsToNoRootAnyMoreAsksAtOnceByToken() throws Exception {
    TestAuthority next = new TestAuthority("mesh");
    life.start();
    clock.advance(Duration.ofMinutes(1));
    authority.by = next;
    life.trust(List.of(next.root));
    clock.advance(Duration.ZERO);
    assertThat(authority.asked).containsExactly("token " + SHOP, "token " + SHOP);
    assertThat(tls.roots()).containsExactly(next.root);
    assertThat(tls.valid()).isNotNull();
    assertThat(lines).singleElement().asString().contains("leads to no root");
    life.trust(List.of(next.root, MESH.root));
    clock.advance(Duration.ofMinutes(1));
    assertThat(authority.asked).hasSize(2);
  }

  @Test
  void whereTheHandshakeFailsAgainAndAgainTheTokenIsTriedBesides() {
    life.start();
    clock.advance(Duration.ofHours(1));
    authority.breaksOff = true; // it believes other roots than ours: no answer at all
    clock.advance(Duration.ofHours(14));
    assertThat(authority.asked).hasSizeGreaterThan(1).allMatch(each -> each.startsWith("token"));
    assertThat(life.status().lastFailure()).isNull();
    assertThat(opens()).isTrue();
  }

  private final class Lines implements CertificateLife.Log {
    @Override
    public void info(String line) {}

    @Override
    public void warn(String line) {
      lines.add(line);
    }
  }

  /** Signs, or does not. */
  private final class Authority implements Signer {
    final List<String> asked = new ArrayList<>();
    final List<String> shown = new ArrayList<>();
    int attempts;
    boolean refusesCertificates;
    boolean breaksOff;
    TestAuthority by = MESH;
    boolean refusesTokens;
    boolean forgets;
    Duration skew = Duration.ZERO;
    @Nullable String away;
    @Nullable String issues;
    @Nullable List<String> answer;

    @Override
    public List<String> sign(String request, @Nullable JoinToken shown) throws IOException {
      attempts++;
      if (breaksOff && shown == null) {
        throw new IOException("Received fatal alert: certificate_unknown");
      }
      if (away != null) {
        throw new IOException(away);
      }
      String uri = uri(request);
      if (shown != null) {
        this.shown.add(shown.text());
      }
      asked.add((shown == null ? "certificate " : "token ") + uri);
      if (shown == null ? refusesCertificates : refusesTokens) {
        throw new RefusedException("UNAUTHENTICATED: no");
      }
      if (answer != null) {
        return answer;
      }
      Leaf leaf = Leaf.of(clock.now.plus(skew), LIFE, issues == null ? uri : issues);
      return by.sign(forgets ? another() : request, leaf);
    }

    private String another() throws IOException {
      try {
        return CertificateRequest.of(SpiffeId.parse(SHOP)).pem();
      } catch (java.security.GeneralSecurityException e) {
        throw new IOException(e);
      }
    }

    private static String uri(String request) throws IOException {
      try {
        return new TestAuthority.Read(request).uri;
      } catch (java.security.GeneralSecurityException e) {
        throw new IOException(e);
      }
    }
  }

  private static final class Clock implements CertificateLife.Schedule {
    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>((a, b) -> Long.compare(a.due, b.due));
    Instant now = Instant.now();
    private long nanos;

    private record Task(long due, Runnable work) {}

    @Override
    public void after(Duration delay, Runnable task) {
      tasks.add(new Task(nanos + delay.toNanos(), task));
    }

    void advance(Duration by) {
      long until = nanos + by.toNanos();
      while (!tasks.isEmpty() && tasks.peek().due <= until) {
        Task task = tasks.remove();
        pass(task.due - nanos);
        task.work.run();
      }
      pass(until - nanos);
    }

    private void pass(long by) {
      nanos += by;
      now = now.plusNanos(by);
    }
  }

  /** The server side follows the same certificate. */
  @Test
  void bothEndsFollowTheLife() {
    Predicate<SpiffeId> anyone = id -> true;
    assertThat(tls.server(anyone)).isInstanceOf(Plan.Refuse.class);
    life.start();
    clock.advance(Duration.ZERO);
    assertThat(tls.server(anyone)).isInstanceOf(Plan.Tls.class);
  }
}
