package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.JoinToken;
import dev.weft.control.ca.JoinTokens;
import dev.weft.control.ca.SharedState;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.SecretStore;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.source.keys.FetchRules;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Join tokens at two replicas of one control service, on a real API server and over real TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedTokensTest {

  private static final String HOME = "weft-system";
  private static final String SECRET = "weft-ca";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int RACES = 250;

  @TempDir private static Path directory = Path.of(".");

  private TestCluster cluster;
  private Path kubeconfig;
  private ControlServer one;
  private ControlServer other;
  private int made;

  @BeforeAll
  void cluster() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    cluster = TestCluster.start(binaries.get());
    kubeconfig = Files.writeString(directory.resolve("kubeconfig"), cluster.admin().text());
    try (KubernetesClient admin = new Cluster(kubeconfig, null).forQuestions()) {
      admin
          .namespaces()
          .resource(new NamespaceBuilder().withNewMetadata().withName(HOME).endMetadata().build())
          .create();
    }
  }

  @AfterAll
  void end() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void replicas() throws Exception {
    one = replica();
    other = replica();
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
  }

  /** With a directory that nobody has used before. */
  private ControlServer replica() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return ControlServer.start(
        new ControlSettings(
            new ControlSettings.Source.Kubernetes(
                new Cluster(kubeconfig, null),
                ControlSettings.DEFAULT_AUDIENCE,
                new ControlSettings.Home(HOME, "", SECRET)),
            any,
            any,
            directory.resolve("state-" + made++),
            new ControlSettings.Identity(any, null, HOUR),
            FetchRules.DEFAULT));
  }

  private static CertificateAuthority authority(ControlServer server) {
    return Objects.requireNonNull(server.authority());
  }

  private static InetSocketAddress tls(ControlServer server) {
    return Objects.requireNonNull(server.tlsAddress());
  }

  private static String machine(int number) {
    return "spiffe://cluster.local/ns/default/sa/machine-" + number;
  }

  private interface Use<T> {
    T make(JoinTokens tokens) throws Exception;
  }

  /** As {@code weftctl token} does, elsewhere. */
  private <T> T tokens(Use<T> use) throws Exception {
    Cluster there = new Cluster(kubeconfig, null);
    try (SecretStore roots = SecretStore.open(there, SecretStore.Place.ofRoots(HOME, SECRET));
        SecretStore tokens = SecretStore.open(there, SecretStore.Place.ofTokens(HOME, SECRET))) {
      return use.make(JoinTokens.open(new SharedState(roots, tokens), InstantSource.system()));
    }
  }

  private String token(String id, int uses, String... services) throws Exception {
    return tokens(it -> it.make(SpiffeId.parse(id), Set.of(services), HOUR, uses));
  }

  private static Credentials join(ControlServer at, Credentials with, String uri) throws Exception {
    return with.join(tls(at), authority(at).root(), uri);
  }

  private static void refused(
      ControlServer at, Credentials with, String uri, Status.Code code, String... words) {
    assertThatThrownBy(() -> join(at, with, uri))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(String.valueOf(e.getStatus().getDescription())).contains(words);
            });
  }

  @Test
  void aTokenForOneCertificateGivesOneWhoeverIsAsked() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      int refusals = 0;
      for (int race = 0; race < RACES; race++) {
        String id = machine(1_000 + race);
        String token = token(id, 1);
        CyclicBarrier start = new CyclicBarrier(2);
        List<Callable<String>> both = new ArrayList<>();
        for (ControlServer each : List.of(one, other)) {
          both.add(
              () -> {
                start.await();
                try {
                  return join(each, Credentials.token(token), id).leaf().toString();
                } catch (StatusRuntimeException e) {
                  return String.valueOf(e.getStatus().getDescription());
                }
              });
        }
        int given = 0;
        for (Future<String> each : threads.invokeAll(both)) {
          if (each.get().contains("used 1 times (expected: less than 1)")) {
            refusals++;
          } else {
            assertThat(each.get()).contains("sa/machine-");
            given++;
          }
        }
        assertThat(given).as("race %s", race).isOne();
      }
      assertThat(refusals).isEqualTo(RACES);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whoHasJoinedAtOneIsKnownToTheOtherAtOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      String id = machine(i);
      Credentials joined = join(one, Credentials.token(token(id, 1, "machine-" + i)), id);
      try (TestAgent agent =
          new TestAgent(
              joined.channel(tls(other), authority(other).root()), "at-" + i, "machine-" + i, 80)) {
        assertThat(agent.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
        // A pod's identity, which is not granted anything, would be of no workload here.
        String service = "machine-" + i;
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () ->
                    other.models().current().workloads().stream()
                        .anyMatch(it -> it.name().equals(service) && it.mayServe(service)));
      }
    }
  }

  @Test
  void aCertificateIsRenewedByAnyReplicaUntilItsTokenIsRevoked() throws Exception {
    String id = machine(100);
    Credentials joined = join(one, Credentials.token(token(id, 1, "db")), id);
    stop();
    replicas(); // all that they had in their directories is gone
    Credentials renewed = join(other, joined, id);
    assertThat(join(one, renewed, id).leaf().getSerialNumber())
        .isNotEqualTo(joined.leaf().getSerialNumber());
    String token =
        tokens(
            it ->
                it.list().stream()
                    .filter(each -> each.subject().toString().equals(id))
                    .findFirst()
                    .orElseThrow()
                    .id());
    Optional<JoinToken> revoked = tokens(it -> it.revoke(token));
    assertThat(revoked).isPresent();
    for (ControlServer each : List.of(one, other)) {
      refused(each, renewed, id, Status.Code.UNAUTHENTICATED, "tokens that are all revoked");
    }
  }

  @Test
  void aTokenForSomeCertificatesIsForNothingElse() throws Exception {
    String id = machine(200);
    String token = token(id, 2, "machine-200");
    try (TestAgent agent =
        new TestAgent(
            Credentials.token(token).channel(tls(one), authority(one).root()),
            "at-200",
            "machine-200",
            80)) {
      assertThat(agent.ends.poll(20, TimeUnit.SECONDS).getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    join(one, Credentials.token(token), id);
    join(other, Credentials.token(token), id);
    refused(one, Credentials.token(token), id, Status.Code.UNAUTHENTICATED, "used 2 times");
  }

  @Test
  void nobodyJoinsWhileTheApiServerIsAway() throws Exception {
    String id = machine(300);
    String token = token(id, 0, "db");
    Credentials joined = join(one, Credentials.token(token), id);
    cluster.kill();
    try {
      for (Credentials each : List.of(Credentials.token(token), joined)) {
        refused(
            one,
            each,
            id,
            Status.Code.UNAVAILABLE,
            "it cannot be told",
            "weft-ca-tokens: the API server does not answer");
      }
    } finally {
      cluster.restart();
    }
    assertThat(join(one, Credentials.token(token), id).chain()).isNotEmpty();
    assertThat(join(other, joined, id).chain()).isNotEmpty();
  }
}
