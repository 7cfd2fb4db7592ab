package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import dev.weft.injector.chart.Helm;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weftctl install} and {@code uninstall}: with Helm, with a program instead, without. */
class InstallCommandTest {

  private static final Path GOLDEN = Path.of("../../injector/chart/src/test/resources/golden");

  @TempDir private Path directory = Path.of(".");

  private static Result run(List<String> arguments) {
    return Result.of(arguments.toArray(String[]::new));
  }

  private Path fake;

  /** Says what it was asked for, one argument a line, and keeps the values that it was shown. */
  @BeforeEach
  void program() throws Exception {
    fake = directory.resolve("helm");
    Files.writeString(
        fake,
        """
        #!/bin/sh
        for each in "$@"; do echo "$each"; done
        echo said >&2
        exit ${HELM_FAILS:-0}
        """);
    assertThat(fake.toFile().setExecutable(true)).isTrue();
  }

  private Result fake(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--helm", fake.toString()));
    return run(all);
  }

  /** Without the directory that the chart was unpacked to. */
  private static List<String> asked(String out) {
    return out.lines().map(line -> line.replaceFirst("^/.*/weft-chart[0-9]*/", "")).toList();
  }

  @Test
  void valuesGoOverOneAnotherInTheirOrder() throws Exception {
    Path own = Files.writeString(directory.resolve("own.yaml"), "{}");
    Result result =
        fake(
            "install",
            "--dry-run",
            "--profile",
            "ha",
            "--set",
            "injector.replicas=5",
            "--revision",
            "canary",
            "-n",
            "mesh",
            "-f",
            own.toString());
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEqualTo("said\n");
    assertThat(asked(result.out()))
        .containsExactly(
            "template",
            "weft-canary",
            "weft",
            "--namespace",
            "mesh",
            "--include-crds",
            "--kube-version",
            "v1.35.0",
            "--values",
            "weft/values-ha.yaml",
            "--values",
            own.toString(),
            "--set-string",
            "revision=canary",
            "--set",
            "injector.replicas=5");
  }

  @Test
  void whatHelmRefusesFails() throws Exception {
    Files.writeString(fake, "#!/bin/sh\necho 'Error: no such value' >&2; exit 1\n");
    Result result = fake("install", "--dry-run");
    assertThat(result).isEqualTo(new Result(1, "", "Error: no such value\n"));
    assertThat(fake("uninstall").exit()).isOne();
  }

  @Test
  void uninstallSaysWhatStaysAndWhatCouldNotBeDone() {
    Result result =
        fake("uninstall", "--revision", "canary", "--kubeconfig", "/some/file", "--context", "dev");
    assertThat(result.exit()).isOne();
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains(
            "not all of its conditions could be taken out of the status of resources: /some/file"
                + " (expected: a kubeconfig that can be read)",
            """
            uninstall
            weft-canary
            --namespace
            weft-system
            --kubeconfig
            /some/file
            --kube-context
            dev
            """,
            "secret/weft-ca secret/weft-ca-tokens secret/weft-injector-certificate-canary"
                + " lease/weft-control-canary");
  }

  @Test
  void wrongUsageIsTold() {
    Result values = fake("install", "--dry-run", "--values", "/nowhere.yaml");
    assertThat(values.exit()).isEqualTo(2);
    assertThat(values.err()).contains("--values: /nowhere.yaml (expected: a file to be read)");
    Result revision = fake("install", "--dry-run", "--revision", "A_");
    assertThat(revision.exit()).isEqualTo(2);
    assertThat(revision.err()).contains("--revision: 'A_' (expected: lower case");
    Result profile = fake("install", "--dry-run", "--profile", "huge");
    assertThat(profile.exit()).isEqualTo(2);
    assertThat(profile.err()).contains("huge", "demo");
    Result helm = run(List.of("install", "--dry-run", "--helm", "/nowhere/helm"));
    assertThat(helm.exit()).isOne();
    assertThat(helm.err()).contains("--helm: /nowhere/helm (expected: the program helm)");
  }

  @Test
  void aClusterThatIsNotThereIsToldBeforeHelmIsAsked() throws Exception {
    Path kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            contexts: [{name: c, context: {cluster: c, user: c}}]
            users: [{name: c, user: {token: t}}]
            current-context: c
            """);
    Result result = fake("install", "--kubeconfig", kubeconfig.toString());
    assertThat(result.exit()).isOne();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("the API server cannot be reached");
  }

  private static Helm helm() throws Exception {
    Optional<Helm> helm = Helm.find(System.getenv());
    if (helm.isEmpty()) {
      System.err.println("SKIPPED: nothing is installed (expected: HELM=$(.ci/helm/build))");
    }
    assumeTrue(helm.isPresent(), "no helm");
    return helm.get();
  }

  @Test
  void aDryRunPrintsWhatTheChartIs() throws Exception {
    Result result = run(List.of("install", "--dry-run", "--helm", helm().program().toString()));
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("name: \"ratelimits.weft.dev\"")
        .endsWith(Files.readString(GOLDEN.resolve("default.yaml")));
  }

  /** A resource with a condition of ours, of another revision and of somebody else. */
  private static GenericKubernetesResource judged(KubernetesClient admin) {
    String yaml =
        """
        apiVersion: weft.dev/v1alpha1
        kind: RateLimit
        metadata: {name: limit, namespace: default}
        spec: {}
        status:
          conditions:
          - {type: Reconciled, status: "True"}
          - {type: weft.dev/Valid, status: "False", reason: WEFT0103}
          - {type: canary.weft.dev/Valid, status: "False", reason: WEFT0103}
        """;
    GenericKubernetesResource limit =
        admin.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
    admin.resource(limit).create();
    GenericKubernetesResource made = admin.resource(limit).updateStatus();
    assertThat(conditions(made)).hasSize(3);
    return made;
  }

  private static List<String> conditions(GenericKubernetesResource resource) {
    List<String> types = new ArrayList<>();
    Map<?, ?> status = (Map<?, ?>) resource.getAdditionalProperties().get("status");
    for (Object condition : (List<?>) status.get("conditions")) {
      types.add(String.valueOf(((Map<?, ?>) condition).get("type")));
    }
    return types;
  }

  @Test
  void itIsInstalledUpgradedAndTakenAway() throws Exception {
    String helm = helm().program().toString();
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    try (TestCluster cluster = TestCluster.start(binaries.get())) {
      Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), cluster.admin().text());
      List<String> where = List.of("--helm", helm, "--kubeconfig", kubeconfig.toString());
      List<String> install = new ArrayList<>(List.of("install"));
      install.addAll(where);
      Result first = run(install);
      assertThat(first.exit()).as(first.err()).isZero();
      assertThat(first.out()).isEmpty();
      assertThat(first.err())
          .contains("definitions: ratelimits.weft.dev", "REVISION: 1", "Istio's CRDs are missing");
      install.addAll(List.of("--profile", "ha"));
      Result second = run(install);
      assertThat(second.exit()).as(second.err()).isZero();
      assertThat(second.err()).contains("REVISION: 2");
      List<String> uninstall = new ArrayList<>(List.of("uninstall"));
      uninstall.addAll(where);
      try (KubernetesClient admin = new Cluster(kubeconfig, null).forQuestions()) {
        cluster.awaitServed("weft.dev/v1alpha1", "ratelimits");
        var limit = admin.resource(judged(admin));
        Result gone = run(uninstall);
        assertThat(gone.exit()).as(gone.err()).isZero();
        assertThat(gone.err())
            .contains("conditions are taken out of the status of resources, of 1");
        assertThat(conditions(limit.get())).containsOnly("Reconciled", "canary.weft.dev/Valid");
      }
      Result again = run(uninstall);
      assertThat(again.exit()).isOne();
      assertThat(again.err()).contains("not found");
    }
  }
}
