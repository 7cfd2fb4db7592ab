package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart at a real API server: each object is taken, and Helm installs two revisions of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartClusterTest {

  private static final String RESTRICTED = "pod-security.kubernetes.io/enforce";

  @TempDir static Path directory;

  private Charts charts;
  private TestCluster cluster;
  private KubernetesClient admin;
  private Path kubeconfig;

  @BeforeAll
  void start() throws Exception {
    charts = Charts.in(directory);
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    cluster = TestCluster.start(binaries.get());
    kubeconfig = Files.writeString(directory.resolve("kubeconfig"), cluster.admin().text());
    admin =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(cluster.admin().text()))
            .build();
    // Its pods are what the strictest standard asks for, and so is what runs beside them.
    namespace(Charts.NAMESPACE);
    helm("install", Charts.RELEASE, "--set", "injector.validating.enabled=true");
    helm("install", "canary", "--set", "revision=canary,injector.validating.enabled=true");
  }

  @AfterAll
  void stop() throws Exception {
    if (admin != null) {
      admin.close();
      cluster.close();
    }
  }

  private void namespace(String name) {
    admin
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(RESTRICTED, "restricted")
                .endMetadata()
                .build())
        .create();
    // A controller's work, and there is none here.
    admin
        .serviceAccounts()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("default")
                .withNamespace(name)
                .endMetadata()
                .build())
        .create();
  }

  private Helm.Result helm(String verb, String release, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(verb, release));
    if (!verb.equals("uninstall")) {
      all.add(charts.directory().toString());
    }
    all.addAll(List.of("--namespace", Charts.NAMESPACE, "--kubeconfig", kubeconfig.toString()));
    all.addAll(List.of(arguments));
    Helm.Result result = charts.run(all);
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    return result;
  }

  static Stream<Arguments> sets() {
    return Stream.of(
        Arguments.of("default", List.of()),
        Arguments.of("demo", List.of("values-demo.yaml")),
        Arguments.of("ha", List.of("values-ha.yaml")),
        Arguments.of("everything", List.of("everything.yaml")));
  }

  private List<String> arguments(List<String> values) {
    List<String> arguments = new ArrayList<>(List.of("--set", "revision=tried"));
    for (String file : values) {
      Path found = file.startsWith("values-") ? charts.file(file) : Charts.values(file);
      arguments.addAll(List.of("--values", found.toString()));
    }
    return arguments;
  }

  /** Strictly: a field that the API server does not know is an error. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("sets")
  void eachObjectIsTaken(String name, List<String> values) throws Exception {
    List<HasMetadata> objects = charts.objects(arguments(values));
    assertThat(objects).hasSizeGreaterThan(15);
    for (HasMetadata object : objects) {
      if (!object.getKind().equals("ServiceMonitor")) { // the Prometheus operator's, not there
        HasMetadata taken =
            admin
                .resource(object)
                .dryRun()
                .fieldValidation(FieldValidateable.Validation.STRICT)
                .create();
        assertThat(taken.getMetadata().getName()).isEqualTo(object.getMetadata().getName());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sets")
  void thePodsMeetTheStandardRestricted(String name, List<String> values) throws Exception {
    List<Pod> pods = new ArrayList<>(charts.objects(Pod.class, arguments(values)));
    for (Deployment one : charts.objects(Deployment.class, arguments(values))) {
      pods.add(
          new PodBuilder()
              .withNewMetadata()
              .withName(one.getMetadata().getName() + "-pod")
              .withNamespace(Charts.NAMESPACE)
              .endMetadata()
              .withSpec(one.getSpec().getTemplate().getSpec())
              .build());
    }
    assertThat(pods).hasSize(3);
    for (Pod pod : pods) {
      // Those that are installed have the same names but for this revision's.
      pod.getSpec().setServiceAccountName(account(pod.getSpec().getServiceAccountName()));
      assertThat(admin.resource(pod).dryRun().create().getSpec().getContainers()).isNotEmpty();
    }
    Pod root = new PodBuilder(pods.get(0)).build();
    root.getSpec().getSecurityContext().setRunAsNonRoot(false);
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> admin.resource(root).dryRun().create()))
        .as("the standard is enforced here")
        .hasMessageContaining("runAsNonRoot");
  }

  private static String account(String name) {
    return name == null ? null : name.replace("-tried", "");
  }

  private MutatingWebhookConfiguration webhooks(String name) {
    return admin.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).get();
  }

  @Test
  void anUpgradeLeavesTheCaBundleThatTheInjectorHasWritten() throws Exception {
    helm("install", "upgraded", "--set", "revision=upgraded");
    String bundle =
        Base64.getEncoder()
            .encodeToString(cluster.admin().certificates().getBytes(StandardCharsets.US_ASCII));
    assertThat(webhooks("weft-injector-upgraded").getWebhooks())
        .hasSize(2)
        .allMatch(it -> it.getClientConfig().getCaBundle() == null);
    admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("weft-injector-upgraded")
        .edit(
            it -> {
              it.getWebhooks().forEach(each -> each.getClientConfig().setCaBundle(bundle));
              return it;
            });
    helm("upgrade", "upgraded", "--set", "revision=upgraded,injector.failurePolicy=Fail");
    assertThat(webhooks("weft-injector-upgraded").getWebhooks())
        .hasSize(2)
        .allMatch(it -> it.getFailurePolicy().equals("Fail"))
        .allMatch(it -> bundle.equals(it.getClientConfig().getCaBundle()));
    helm("uninstall", "upgraded");
    assertThat(webhooks("weft-injector-upgraded")).isNull();
  }

  /** What one revision takes away is nothing of the others'. */
  @Test
  void revisionsComeAndGoByThemselves() throws Exception {
    helm("install", "short", "--set", "revision=short,injector.validating.enabled=true");
    List<HasMetadata> others = new ArrayList<>();
    others.addAll(charts.objects(List.of("--set", "injector.validating.enabled=true")));
    others.addAll(
        charts.objects(List.of("--set", "revision=canary,injector.validating.enabled=true")));
    others.removeIf(Pod.class::isInstance); // of helm test
    helm("uninstall", "short");
    assertThat(others)
        .hasSizeGreaterThan(30)
        .allSatisfy(it -> assertThat(admin.resource(it).get()).as(it.getKind()).isNotNull());
    assertThat(webhooks("weft-injector-short")).isNull();
    assertThat(
            admin
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("ratelimits.weft.dev")
                .get())
        .as("what others have written of this kind stays")
        .isNotNull();
  }

  /** {@code -} stands for all names, all namespaces, or the core group. */
  @ParameterizedTest(name = "{0} {1} {2}/{3} {4} in {5}: {6}")
  @CsvSource({
    "weft-control, list, -, services, -, -, yes",
    "weft-control, watch, -, pods, -, -, yes",
    "weft-control, watch, discovery.k8s.io, endpointslices, -, -, yes",
    "weft-control, watch, networking.istio.io, virtualservices, -, -, yes",
    "weft-control, list, networking.istio.io, workloadgroups, -, -, yes",
    "weft-control, list, security.istio.io, authorizationpolicies, -, -, yes",
    "weft-control, list, weft.dev, ratelimits, -, -, yes",
    "weft-control, watch, telemetry.istio.io, telemetries, -, -, yes",
    "weft-control, update, networking.istio.io, virtualservices/status, -, shop, yes",
    "weft-control, list, -, namespaces, -, -, yes",
    "weft-control, watch, -, serviceaccounts, -, -, yes",
    "weft-control, get, -, serviceaccounts, default, shop, no",
    "weft-control, create, -, serviceaccounts/token, default, shop, no",
    "weft-control, watch, -, configmaps, weft-root, -, yes",
    "weft-control, watch, -, secrets, weft-ca, weft-system, yes",
    "weft-control, list, -, configmaps, istio, istio-system, yes",
    "weft-control, create, authentication.k8s.io, tokenreviews, -, -, yes",
    "weft-control, create, -, configmaps, -, shop, yes",
    "weft-control, update, -, configmaps, weft-root, shop, yes",
    "weft-control, get, -, secrets, weft-ca, weft-system, yes",
    "weft-control, update, -, secrets, weft-ca, weft-system, yes",
    "weft-control, create, -, secrets, -, weft-system, yes",
    "weft-control, update, coordination.k8s.io, leases, weft-control, weft-system, yes",
    "weft-control-canary, update, coordination.k8s.io, leases, weft-control-canary, weft-system,"
        + " yes",
    "weft-control, update, coordination.k8s.io, leases, weft-control-canary, weft-system, no",
    "weft-control, get, -, secrets, weft-ca-tokens, weft-system, yes",
    "weft-control, update, -, secrets, weft-ca-tokens, weft-system, yes",
    "weft-control, get, -, secrets, weft-ca-tokens, shop, no",
    "weft-control, get, -, secrets, weft-ca, shop, no",
    "weft-control, get, -, secrets, other, weft-system, no",
    "weft-control, list, -, secrets, -, weft-system, no",
    "weft-control, create, -, secrets, -, shop, no",
    "weft-control, delete, -, secrets, weft-ca, weft-system, no",
    "weft-control, list, -, configmaps, -, -, no",
    "weft-control, get, -, configmaps, other, shop, no",
    "weft-control, update, -, configmaps, other, shop, no",
    "weft-control, create, -, pods, -, -, no",
    "weft-control, update, networking.istio.io, virtualservices, -, -, no",
    "weft-control, delete, networking.istio.io, virtualservices, -, -, no",
    "weft-control, patch, -, namespaces, -, -, no",
    "weft-control, get, admissionregistration.k8s.io, mutatingwebhookconfigurations, weft-injector,"
        + " -, no",
    "weft-injector, get, admissionregistration.k8s.io, mutatingwebhookconfigurations,"
        + " weft-injector, -, yes",
    "weft-injector, update, admissionregistration.k8s.io, mutatingwebhookconfigurations,"
        + " weft-injector, -, yes",
    "weft-injector, update, admissionregistration.k8s.io, validatingwebhookconfigurations,"
        + " weft-validator, -, yes",
    "weft-injector, update, -, secrets, weft-injector-certificate, weft-system, yes",
    "weft-injector, create, -, secrets, -, weft-system, yes",
    "weft-injector, create, -, events, -, shop, yes",
    "weft-injector, update, admissionregistration.k8s.io, mutatingwebhookconfigurations,"
        + " weft-injector-canary, -, no",
    "weft-injector, update, admissionregistration.k8s.io, mutatingwebhookconfigurations, other, -,"
        + " no",
    "weft-injector, create, admissionregistration.k8s.io, mutatingwebhookconfigurations, -, -, no",
    "weft-injector, list, admissionregistration.k8s.io, mutatingwebhookconfigurations, -, -, no",
    "weft-injector, get, -, secrets, weft-injector-certificate-canary, weft-system, no",
    "weft-injector, get, -, secrets, weft-ca, weft-system, no",
    "weft-injector, create, -, secrets, -, shop, no",
    "weft-injector, get, -, pods, -, shop, no",
    "weft-injector, list, -, namespaces, -, -, no",
  })
  void rightsAreThoseThatAreNeeded(
      String account,
      String verb,
      String group,
      String resource,
      String name,
      String namespace,
      String answer) {
    boolean allowed =
        Boolean.TRUE.equals(
            admin
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(
                    new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("system:serviceaccount:" + Charts.NAMESPACE + ":" + account)
                        .withNewResourceAttributes()
                        .withVerb(verb)
                        .withGroup(orNothing(group))
                        .withResource(resource)
                        .withName(orNothing(name))
                        .withNamespace(orNothing(namespace))
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed());
    assertThat(allowed).isEqualTo(answer.equals("yes"));
  }

  private static String orNothing(String written) {
    return written.equals("-") ? "" : written;
  }
}
