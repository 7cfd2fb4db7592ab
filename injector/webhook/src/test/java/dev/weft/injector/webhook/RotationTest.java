package dev.weft.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** On a manual clock. */
class RotationTest {

  private static final Duration LIFE = Duration.ofDays(30);
  private static final Duration SETTLING = Duration.ofSeconds(60);

  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private final Memory store = new Memory();
  private String believed = "";
  private boolean away;

  /** One replica. */
  private final class Replica {
    private final List<ServingCertificate> shown = new ArrayList<>();
    private final Rotation rotation =
        new Rotation(
            store,
            this::publish,
            shown::add,
            new Rotation.Terms(List.of("weft-injector.weft-system.svc"), LIFE, SETTLING),
            () -> now);

    private void publish(String bundle) throws IOException {
      if (away) {
        throw new IOException("away");
      }
      believed = bundle;
    }

    ServingCertificate showing() {
      return shown.get(shown.size() - 1);
    }

    void step() throws IOException {
      rotation.step();
    }
  }

  @Test
  void aFirstCertificateIsBelievedBeforeItIsShown() throws IOException {
    Replica one = new Replica();
    away = true;
    assertThatThrownBy(one::step).hasMessage("away");
    assertThat(one.shown).isEmpty();
    away = false;
    one.step();
    assertThat(believed).contains(one.showing().authority());
    assertThat(one.rotation.expires()).isEqualTo(now.plus(LIFE));
  }

  @Test
  void replicasShareOne() throws IOException {
    Replica one = new Replica();
    Replica other = new Replica();
    one.step();
    other.step();
    assertThat(one.showing()).isEqualTo(other.showing());
  }

  @Test
  void atHalfOfItsLifeTheNextOneIsBelievedAndThenShown() throws IOException {
    Replica one = new Replica();
    one.step();
    ServingCertificate first = one.showing();
    now = now.plus(LIFE.dividedBy(2));
    one.step();
    assertThat(one.showing()).isEqualTo(first);
    assertThat(believed.split("BEGIN CERTIFICATE", -1)).hasSize(3);
    now = now.plus(SETTLING).minusMillis(1);
    one.step();
    assertThat(one.showing()).isEqualTo(first);
    now = now.plusMillis(1);
    one.step();
    assertThat(one.showing()).isNotEqualTo(first);
    assertThat(believed).contains(first.authority()).contains(one.showing().authority());
  }

  @Test
  void nothingIsShownThatTheApiServerMayNotHaveHeardOf() throws IOException {
    Replica one = new Replica();
    one.step();
    ServingCertificate first = one.showing();
    now = now.plus(LIFE.dividedBy(2));
    away = true;
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(one::step).hasMessage("away");
      now = now.plus(SETTLING);
    }
    assertThat(one.showing()).isEqualTo(first);
    away = false;
    one.step();
    assertThat(one.showing()).isEqualTo(first);
    now = now.plus(SETTLING);
    one.step();
    assertThat(one.showing()).isNotEqualTo(first);
  }

  @Test
  void oneThatHasExpiredIsReplacedAtOnce() throws IOException {
    Replica one = new Replica();
    one.step();
    ServingCertificate first = one.showing();
    now = now.plus(LIFE).plusSeconds(1);
    one.step();
    assertThat(one.showing()).isNotEqualTo(first);
    assertThat(believed).isEqualTo(one.showing().authority());
  }

  @Test
  void whatEverIsShownIsBelieved() throws IOException {
    long seed = Long.getLong("weft.seed", System.nanoTime());
    System.out.println("rotation: weft.seed=" + seed);
    Random random = new Random(seed);
    List<Replica> replicas = List.of(new Replica(), new Replica(), new Replica());
    for (Replica each : replicas) {
      each.step();
    }
    int rotations = 0;
    for (int i = 0; i < 400; i++) {
      now = now.plus(Duration.ofHours(random.nextInt(24)));
      store.losing = random.nextInt(4) == 0;
      Replica one = replicas.get(random.nextInt(replicas.size()));
      ServingCertificate before = one.showing();
      one.step();
      rotations += before.equals(one.showing()) ? 0 : 1;
      // The others act within seconds.
      store.losing = false;
      for (Replica each : replicas) {
        assertThat(believed).as("seed %s, step %s", seed, i).contains(each.showing().authority());
        each.step();
        assertThat(believed).as("seed %s, step %s", seed, i).contains(each.showing().authority());
      }
    }
    assertThat(rotations).isGreaterThan(3);
  }

  @Test
  void aDamagedCertificateIsNeverShown() throws IOException {
    ServingCertificate good = ServingCertificate.make(List.of("a"), now, LIFE);
    assertThat(good.parsed().getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(good.parsedKey().getAlgorithm()).isIn("EC", "ECDSA");
    assertThatThrownBy(new ServingCertificate(good.authority(), "", good.key())::parsed)
        .hasMessageContaining("no certificate");
    assertThatThrownBy(
            new ServingCertificate(good.authority(), good.certificate(), good.certificate())
                ::parsedKey)
        .hasMessageContaining("no private key");
    assertThat(good.toString()).doesNotContain("KEY");
  }

  /** A store as the API server is one. */
  private static final class Memory implements CertificateStore {
    private Optional<Versioned> there = Optional.empty();
    private int version;
    private boolean losing;

    @Override
    public Optional<Versioned> read() {
      return there;
    }

    @Override
    public void create(CertificateState state) {
      if (there.isEmpty()) {
        write(state);
      }
    }

    @Override
    public void replace(Versioned before, CertificateState state) {
      if (!losing && there.map(Versioned::version).equals(Optional.of(before.version()))) {
        write(state);
      }
    }

    private void write(CertificateState state) {
      there = Optional.of(new Versioned(state, String.valueOf(++version)));
    }
  }
}
