package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.RootRotation;
import dev.weft.control.ca.RootRotation.Haste;
import dev.weft.control.ca.SharedState;
import dev.weft.control.ca.StateStore;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replicas on a real API server, with the rights that they have and no others. */
class SecretStoreTest extends ClusterTest {

  private static final String OWN = "weft-system";
  private static final String NAME = "weft-ca";
  private static final SecretStore.Place ROOTS = SecretStore.Place.ofRoots(OWN, NAME);
  private static final SecretStore.Place TOKENS = SecretStore.Place.ofTokens(OWN, NAME);
  private static final int ROUNDS = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Queue<SecretStore> opened = new ConcurrentLinkedQueue<>();
  private Cluster control;

  @BeforeAll
  void identity() throws IOException {
    control = control();
  }

  @AfterEach
  void remove() {
    admin.secrets().inNamespace(OWN).withName(NAME).delete();
    admin.secrets().inNamespace(OWN).withName(TOKENS.name()).delete();
  }

  @AfterEach
  void close() {
    opened.forEach(SecretStore::close);
    opened.clear();
  }

  /** One control service with an empty state directory. */
  private final class Replica implements AutoCloseable {
    final SecretStore store;
    final CertificateAuthority authority;

    Replica() throws IOException {
      store = SecretStore.follow(control, ROOTS, PATIENCE);
      authority = open(store);
    }

    String root() {
      return authority.rootDigest();
    }

    @Override
    public void close() throws IOException {
      authority.close();
      store.close();
    }
  }

  private SharedState shared(StateStore roots) throws IOException {
    SecretStore tokens = SecretStore.open(control, TOKENS);
    opened.add(tokens);
    return new SharedState(roots, tokens);
  }

  private CertificateAuthority open(StateStore store) throws IOException {
    return CertificateAuthority.open(
        Files.createTempDirectory(files, "state"),
        new CertificateAuthority.Issuing(null, null, shared(store)),
        new CertificateAuthority.Workloads(Duration.ofHours(1), null),
        InstantSource.system());
  }

  private SecretStore store() throws IOException {
    return SecretStore.open(control, ROOTS);
  }

  private <T> List<Future<T>> atOnce(int count, Callable<T> task) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CyclicBarrier start = new CyclicBarrier(count);
    List<Callable<T>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(
          () -> {
            start.await();
            return task.call();
          });
    }
    try {
      return threads.invokeAll(tasks);
    } finally {
      threads.shutdown();
    }
  }

  private void put(Map<String, String> texts) {
    admin
        .secrets()
        .inNamespace(OWN)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(OWN)
                .endMetadata()
                .withStringData(texts)
                .build())
        .create();
  }

  private Secret secret() {
    return admin.secrets().inNamespace(OWN).withName(NAME).get();
  }

  @Test
  void whoeverStartAtTheSameInstantEndWithOneRoot() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      List<Future<String>> roots =
          atOnce(
              3,
              () -> {
                try (SecretStore store = store();
                    CertificateAuthority authority = open(store)) {
                  return authority.rootDigest();
                }
              });
      String first = roots.get(0).get();
      for (Future<String> root : roots) {
        assertThat(root.get()).isEqualTo(first);
      }
      try (SecretStore store = store();
          CertificateAuthority late = open(store)) {
        assertThat(late.rootDigest()).isEqualTo(first);
      }
      remove();
    }
  }

  @Test
  void allReplicasFollowARotationThatIsMadeOnceWhoeverAsks() throws Exception {
    try (Replica one = new Replica();
        Replica other = new Replica()) {
      String first = one.root();
      assertThat(other.root()).isEqualTo(first);
      List<Future<Object>> asked =
          atOnce(
              3,
              () -> {
                try (SecretStore store = store()) {
                  return RootRotation.open(store, InstantSource.system()).rotate();
                }
              });
      int made = 0;
      for (Future<Object> each : asked) {
        try {
          each.get();
          made++;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).hasMessageContaining("is being distributed already");
        }
      }
      assertThat(made).isOne();
      await(() -> one.authority.trust().trust().roots().size() == 2);
      await(() -> other.authority.trust().trust().roots().size() == 2);
      assertThat(other.root()).isEqualTo(first);
      try (SecretStore store = store()) {
        RootRotation rotation = RootRotation.open(store, InstantSource.system());
        // Any replica may have given certificates that hold for so long.
        assertThatThrownBy(() -> rotation.activate(Haste.WHEN_SAFE))
            .hasMessageContaining("too early");
        rotation.activate(Haste.NOW);
        await(() -> !one.root().equals(first) && other.root().equals(one.root()));
        rotation.retire(Haste.NOW);
      }
      await(() -> one.authority.trust().trust().roots().size() == 1);
      await(() -> other.authority.trust().trust().roots().size() == 1);
      try (Replica late = new Replica()) {
        assertThat(late.root()).isEqualTo(one.root()).isNotEqualTo(first);
      }
    }
  }

  @Test
  void whatIsDamagedIsNeitherUsedNorReplaced() throws Exception {
    put(Map.of("root.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"));
    assertThatThrownBy(this::opened)
        .hasMessageContaining("root.pem of the Secret weft-system/weft-ca is damaged")
        .hasMessageContaining("restore it from a backup")
        .hasMessageNotContaining("c2VjcmV0");
    remove();
    put(Map.of("tls.key", "of somebody else"));
    assertThatThrownBy(this::opened).hasMessageContaining("has tls.key but no root.pem");
    assertThat(secret().getData()).containsOnlyKeys("tls.key");
    remove();
    put(Map.of()); // made by an admin for us to fill
    opened().close();
    assertThat(secret().getData()).containsKeys("root.pem", "horizon.json");
  }

  private CertificateAuthority opened() throws IOException {
    return open(store());
  }

  @Test
  void damageWhileItRunsIsToldAndTheLastGoodStays() throws Exception {
    try (Replica replica = new Replica()) {
      String root = replica.root();
      Secret good = secret();
      Secret bad = secret();
      bad.getData()
          .put(
              "rotation.json",
              Base64.getEncoder().encodeToString("{".getBytes(StandardCharsets.US_ASCII)));
      admin.secrets().inNamespace(OWN).resource(bad).update();
      await(() -> replica.authority.problem() != null);
      assertThat(replica.authority.problem())
          .contains("rotation.json of the Secret weft-system/weft-ca is damaged");
      assertThat(replica.root()).isEqualTo(root);
      good.getMetadata().setResourceVersion(null);
      admin.secrets().inNamespace(OWN).resource(good).update();
      await(() -> replica.authority.problem() == null);
      remove();
      await(() -> replica.authority.problem() != null);
      assertThat(replica.authority.problem()).contains("is gone");
      assertThat(replica.root()).isEqualTo(root);
    }
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    account(NAMESPACE, "nobody");
    Cluster nobody = reach(cluster.admin().as(token(NAMESPACE, "nobody")));
    try (SecretStore store = SecretStore.open(nobody, ROOTS)) {
      assertThatThrownBy(() -> open(store))
          .hasMessage("the Secret weft-system/weft-ca: no right to get it (expected: to get it)");
    }
    assertThatThrownBy(() -> SecretStore.follow(nobody, ROOTS, Duration.ofSeconds(2)))
        .hasMessageContaining("could not be read within 2 s")
        .hasMessageContaining("HTTP 403");
    try (SecretStore store = store()) {
      assertThatThrownBy(() -> RootRotation.open(store, InstantSource.system()))
          .hasMessageContaining("root.pem of the Secret weft-system/weft-ca is gone");
    }
  }

  @Test
  void aStateDirectoryWithARootOfItsOwnIsNotForgotten() throws Exception {
    Path state = Files.createTempDirectory(files, "state");
    CertificateAuthority.Workloads workloads =
        new CertificateAuthority.Workloads(Duration.ofHours(1), null);
    CertificateAuthority.open(
            state, new CertificateAuthority.Issuing(null, null), workloads, InstantSource.system())
        .close();
    try (SecretStore store = store()) {
      assertThatThrownBy(
              () ->
                  CertificateAuthority.open(
                      state,
                      new CertificateAuthority.Issuing(null, null, shared(store)),
                      workloads,
                      InstantSource.system()))
          .hasMessageContaining("there is a root already");
      Path empty = Files.createTempDirectory(files, "state");
      CertificateAuthority.open(
              empty,
              new CertificateAuthority.Issuing(null, null, shared(store)),
              workloads,
              InstantSource.system())
          .close();
      assertThatThrownBy(() -> RootRotation.open(empty, InstantSource.system()))
          .hasMessageContaining("the roots are in the Secret weft-system/weft-ca");
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }
}
