package dev.weft.control.kubernetes.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.Kubeconfig;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One thing after another is broken in a cluster that is well, and each time that is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterChecksTest {

  private static final Installation WEFT = new Installation("weft-system", "");

  @TempDir static Path directory;

  private TestCluster cluster;
  private KubernetesClient admin;
  private HealthyMesh mesh;
  private List<Check> bare;
  private List<Check> nothing;

  @BeforeAll
  void start() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    cluster = TestCluster.start(binaries.get());
    admin = reach(cluster.admin()).forQuestions();
    bare = ClusterChecks.before(reach(cluster.admin()), WEFT);
    nothing = after();
    mesh = new HealthyMesh(admin, directory);
    mesh.make();
    // Definitions are served a moment after they are written.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> after().stream().allMatch(it -> it.status() == Check.Status.OK));
  }

  @BeforeEach
  void heal() throws Exception {
    mesh.heal();
    assertThat(wrong()).isEmpty();
  }

  @AfterAll
  void stop() throws Exception {
    if (admin != null) {
      admin.close();
      cluster.close();
    }
  }

  private static Cluster reach(Kubeconfig config) throws Exception {
    Path file = Files.createTempFile(directory, "kubeconfig", "");
    return new Cluster(Files.writeString(file, config.text()), null);
  }

  private List<Check> after() throws Exception {
    return ClusterChecks.after(reach(cluster.admin()), WEFT, InstantSource.system());
  }

  private static String shown(Check check) {
    return check.status() + " " + check.name() + ": " + check.message();
  }

  /** What is not well; each of it comes with what to do. */
  private List<String> wrong() throws Exception {
    List<Check> wrong = after().stream().filter(it -> it.status() != Check.Status.OK).toList();
    assertThat(wrong).allSatisfy(it -> assertThat(it.hint()).as(it.name()).isNotEmpty());
    return wrong.stream().map(ClusterChecksTest::shown).toList();
  }

  @Test
  void aBareClusterIsReadyButForIstiosKinds() {
    assertThat(bare)
        .extracting(Check::name, Check::status)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("api-server", Check.Status.OK),
            org.assertj.core.groups.Tuple.tuple("rights", Check.Status.OK),
            org.assertj.core.groups.Tuple.tuple("istio-kinds", Check.Status.WARNING),
            org.assertj.core.groups.Tuple.tuple("namespace", Check.Status.OK),
            org.assertj.core.groups.Tuple.tuple("names", Check.Status.OK));
    assertThat(bare.get(2).message()).contains("VirtualService (networking.istio.io/v1)");
    assertThat(bare.get(2).hint()).contains("helm install istio-base");
  }

  @Test
  void whereNothingIsInstalledEachPartIsMissed() {
    assertThat(nothing)
        .filteredOn(it -> it.status() == Check.Status.FAILURE)
        .extracting(ClusterChecksTest::shown)
        .anyMatch(it -> it.startsWith("FAILURE own-kinds: Weft's own CRDs are missing: RateLimit"))
        .contains(
            "FAILURE control: there is no Deployment weft-system/weft-control",
            "FAILURE leader: there is no Lease weft-system/weft-control",
            "FAILURE roots: there is no ConfigMap weft-root in any namespace",
            "FAILURE injector: there is no Deployment weft-system/weft-injector",
            "FAILURE webhook: there is no MutatingWebhookConfiguration weft-injector",
            "FAILURE agents: there are no rules.yaml in the ConfigMap weft-system/weft-injector");
  }

  @Test
  void whoMayNotInstallIsTold() throws Exception {
    mesh.namespace("visitors", Map.of());
    String token =
        admin
            .serviceAccounts()
            .inNamespace("visitors")
            .withName("default")
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
            .getStatus()
            .getToken();
    Cluster visitor = reach(cluster.admin().as(token));
    List<Check> before = ClusterChecks.before(visitor, WEFT);
    assertThat(before)
        .extracting(ClusterChecksTest::shown)
        .anyMatch(
            it ->
                it.startsWith("FAILURE rights: you may not create namespaces, custom")
                    && it.contains("deployments.apps"));
    // What may not be looked at is told as well, and does not end the rest.
    assertThat(ClusterChecks.after(visitor, WEFT, InstantSource.system()))
        .extracting(ClusterChecksTest::shown)
        .anyMatch(it -> it.startsWith("FAILURE control: it could not be looked at: deployments"))
        .anyMatch(it -> it.startsWith("FAILURE namespaces: it could not be looked at: "));
  }

  @Test
  void namesOfAnotherInstallationAreTaken() throws Exception {
    assertThat(ClusterChecks.before(reach(cluster.admin()), new Installation("other", "")))
        .extracting(ClusterChecksTest::shown)
        .contains(
            "FAILURE names: weft-injector is that of an installation in the namespace"
                + " weft-system");
  }

  @Test
  void podsThatAreNotReadyAreTold() throws Exception {
    mesh.deployment("weft-control", 2, 1);
    mesh.deployment("weft-injector", 1, 0);
    assertThat(wrong())
        .containsExactly(
            "WARNING control: 1 of 2 pods of weft-system/weft-control are ready",
            "FAILURE injector: 0 of 1 pods of weft-system/weft-injector are ready");
  }

  @Test
  void aLeaderThatIsGoneIsTold() throws Exception {
    mesh.lease(Instant.now().minusSeconds(90));
    assertThat(wrong())
        .singleElement()
        .asString()
        .matches(
            "FAILURE leader: weft-control-1 holds weft-system/weft-control, renewed 9[0-9] s ago"
                + " \\(expected: within 15 s\\)");
  }

  @Test
  void rootsThatEndOrAreMissingAreTold() throws Exception {
    mesh.root("shop", mesh.certificate("old", -3));
    assertThat(wrong())
        .singleElement()
        .asString()
        .startsWith("FAILURE roots: weft-root of 1 namespaces: 1 roots, the last one expired 3");
    mesh.root("shop", mesh.certificate("ending", 30));
    assertThat(wrong())
        .singleElement()
        .asString()
        .matches("WARNING roots: .*the last one expires in (29|30) days");
    mesh.root("shop", "nothing");
    assertThat(wrong()).singleElement().asString().startsWith("FAILURE roots: ");
    mesh.heal();
    mesh.namespace("later", Map.of("weft.dev/inject", "enabled"));
    assertThat(wrong())
        .containsExactly("FAILURE roots: labelled namespaces have no weft-root: later");
  }

  @Test
  void aWebhookThatIsNotBelievedIsTold() throws Exception {
    String good = mesh.certificate("authority", 366);
    mesh.webhook("weft-injector", "", "Ignore");
    assertThat(wrong())
        .containsExactly("FAILURE webhook: namespace.injector.weft.dev has no caBundle");
    mesh.webhook("weft-injector", good, "Ignore");
    assertThat(wrong())
        .containsExactly(
            "FAILURE webhook: the caBundle of namespace.injector.weft.dev is not that of the"
                + " injector's Secret");
    mesh.secret(good);
    assertThat(wrong()).isEmpty();
    String ending = mesh.certificate("authority", 3);
    mesh.webhook("weft-injector", ending, "Fail");
    mesh.secret(ending);
    assertThat(wrong())
        .hasSize(2)
        .anyMatch(it -> it.matches("WARNING webhook: what namespace.* expires in [23] days"))
        .anyMatch(
            it -> it.startsWith("WARNING failure-policy: failurePolicy Fail with 1 injector"));
  }

  @Test
  void labelsThatNobodyHeedsAreTold() throws Exception {
    mesh.namespace("kube-system", Map.of("weft.dev/inject", "enabled"));
    mesh.namespace("canary", Map.of("weft.dev/rev", "unknown"));
    mesh.namespace("both", Map.of("weft.dev/inject", "enabled", "istio-injection", "enabled"));
    mesh.namespace("off", Map.of("weft.dev/enabled", "false"));
    assertThat(wrong())
        .contains("WARNING namespaces: switched off: off")
        .contains("WARNING namespaces: both is labelled for the sidecars of another mesh as well")
        .anyMatch(
            it -> it.startsWith("FAILURE namespaces: canary is labelled, and its pods are shown"))
        .anyMatch(it -> it.startsWith("FAILURE namespaces: kube-system is labelled, and"));
  }

  @Test
  void podsThatWereThereBeforeAreTold() throws Exception {
    mesh.pod("shop", "older");
    assertThat(wrong())
        .containsExactly(
            "WARNING pods: 1 of 2 pods of shop were never shown to an injector, such as older");
  }

  @Test
  void agentsOfAnotherVersionAreTold() throws Exception {
    mesh.rules("weft:0.2.0");
    assertThat(wrong())
        .containsExactly(
            "WARNING agents: 1 of 1 injected pods have another: weft:0.1.0 (1, shop/cart)"
                + " (expected: [weft:0.2.0, weft-agent:0.1.0])");
  }

  @Test
  void aClusterThatIsNotThereIsOneFailure() throws Exception {
    Kubeconfig nowhere = new Kubeconfig("http://127.0.0.1:1", "", "token");
    assertThat(ClusterChecks.before(reach(nowhere), WEFT))
        .singleElement()
        .matches(it -> it.status() == Check.Status.FAILURE && it.name().equals("api-server"))
        .extracting(Check::message)
        .asString()
        .startsWith("the API server cannot be reached: ");
  }
}
