package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.harness.Repository;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two control services of a cluster, in processes of their own: one and the API server are killed.
 */
class ClusterKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int RULES = 200;
  private static final String HOME = "weft-system";

  /** How many statuses of rules the API server has written. */
  private static final Pattern WRITES =
      Pattern.compile(
          "(?m)^apiserver_request_total\\{(?=[^}]*resource=\"virtualservices\")"
              + "(?=[^}]*subresource=\"status\")(?=[^}]*verb=\"PUT\")"
              + "(?=[^}]*code=\"200\")[^}]*} (\\S+)$");

  @TempDir private Path directory = Path.of(".");
  private final List<Process> processes = new ArrayList<>();
  private KubernetesClient admin;

  private Process up(String name) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Weftctl.class.getName(),
            "up",
            "--kubeconfig",
            directory.resolve("kubeconfig").toString(),
            "--namespace",
            HOME,
            "--ca-secret",
            "weft-ca",
            "--listen",
            "127.0.0.1:0",
            "--tls-listen",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
            "--state",
            directory.resolve(name).toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("POD_NAME", name);
    builder.redirectOutput(directory.resolve(name + ".out").toFile());
    builder.redirectError(directory.resolve(name + ".err").toFile());
    Process started = builder.start();
    processes.add(started);
    return started;
  }

  private void apply(String yaml) {
    List<HasMetadata> items =
        admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
    for (HasMetadata each : items) {
      admin.resource(each).fieldManager("test").forceConflicts().serverSideApply();
    }
  }

  private void rules(int from, int to, int seconds) {
    StringBuilder all = new StringBuilder();
    for (int i = from; i < to; i++) {
      all.append(
          String.format(
              Locale.ROOT,
              """
              ---
              apiVersion: networking.istio.io/v1
              kind: VirtualService
              metadata: {name: rule-%1$d, namespace: default}
              spec:
                hosts: [rule-%1$d.example.com]
                http: [{timeout: %2$ds, route: [{destination: {host: nowhere}}]}]
              """,
              i,
              seconds));
    }
    apply(all.toString());
  }

  /** How many rules say what was found in this generation. */
  private long told(int generation) {
    return admin
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup("networking.istio.io")
                .withVersion("v1")
                .withKind("VirtualService")
                .withPlural("virtualservices")
                .withNamespaced(true)
                .build())
        .inNamespace("default")
        .list()
        .getItems()
        .stream()
        .filter(rule -> isTold(rule, generation))
        .count();
  }

  private static boolean isTold(GenericKubernetesResource rule, int generation) {
    return rule.getAdditionalProperties().get("status") instanceof Map<?, ?> status
        && status.get("conditions") instanceof List<?> conditions
        && conditions.size() == 1
        && conditions.get(0) instanceof Map<?, ?> condition
        && "weft.dev/Valid".equals(condition.get("type"))
        && "WEFT0302".equals(condition.get("reason"))
        && String.valueOf(generation).equals(String.valueOf(condition.get("observedGeneration")));
  }

  /** Since the API server was started. */
  private long writes() {
    return WRITES
        .matcher(Objects.requireNonNull(admin.raw("/metrics")))
        .results()
        .mapToLong(it -> (long) Double.parseDouble(it.group(1)))
        .sum();
  }

  private @org.jspecify.annotations.Nullable String leader() {
    var lease = admin.leases().inNamespace(HOME).withName("weft-control").get();
    String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
    return holder == null ? null : holder.replaceFirst("_.*", "");
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }

  private void awaitLine(String name, String text) {
    await(() -> Files.readString(directory.resolve(name + ".err")).contains(text));
  }

  @Test
  void anotherTakesOverAndNothingIsWrittenTwice() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    Optional<Path> crds =
        Repository.around().shared("istio-samples/crds/crd-all.gen.yaml", "no leader is killed");
    assumeTrue(crds.isPresent(), "Istio's CRDs are absent");
    try (TestCluster cluster = TestCluster.start(binaries.get())) {
      Files.writeString(directory.resolve("kubeconfig"), cluster.admin().text());
      admin =
          new KubernetesClientBuilder()
              .withConfig(Config.fromKubeconfig(cluster.admin().text()))
              .build();
      try {
        scenario(cluster, crds.get());
      } finally {
        for (Process each : processes) {
          each.destroyForcibly();
          each.waitFor(10, TimeUnit.SECONDS);
        }
        admin.close();
      }
    }
  }

  private void scenario(TestCluster cluster, Path crds) throws Exception {
    apply(Files.readString(crds));
    cluster.awaitServed("networking.istio.io/v1", "virtualservices");
    admin
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(HOME).endMetadata().build())
        .create();
    Process one = up("one");
    await(() -> "one".equals(leader()));
    up("other");
    awaitLine("other", "agents connect to");
    String root =
        admin.secrets().inNamespace(HOME).withName("weft-ca").get().getData().get("root.pem");

    // The leader is killed while it writes; what it has written is not written again.
    rules(0, RULES, 1);
    await(() -> told(1) > 0);
    one.destroyForcibly();
    assertThat(one.waitFor(10, TimeUnit.SECONDS)).isTrue();
    await(() -> told(1) == RULES);
    assertThat(leader()).isEqualTo("other");
    // Nobody heard the answer to the one that it was at, and it is not counted as answered then.
    assertThat(writes()).isBetween(RULES - 1L, (long) RULES);

    // The API server is killed while it is written to; the watches resume.
    rules(0, RULES, 2);
    await(() -> told(2) > 0);
    cluster.kill();
    awaitLine("other", "the API server is not followed");
    cluster.restart();
    await(() -> told(2) == RULES);
    assertThat(writes()).isLessThanOrEqualTo(RULES);
    long before = writes();
    rules(RULES, RULES + 1, 1);
    await(() -> told(1) == 1);
    // It has compared all others once more, and written the new one alone.
    assertThat(writes()).isEqualTo(before + 1);
    assertThat(told(2)).isEqualTo(RULES);

    // Whoever comes back has the same root, and waits.
    up("again");
    awaitLine("again", "agents connect to");
    assertThat(leader()).isEqualTo("other");
    assertThat(
            admin.secrets().inNamespace(HOME).withName("weft-ca").get().getData().get("root.pem"))
        .isEqualTo(root);
    assertThat(writes()).isEqualTo(before + 1);
  }
}
