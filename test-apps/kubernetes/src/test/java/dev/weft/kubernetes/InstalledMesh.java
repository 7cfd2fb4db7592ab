package dev.weft.kubernetes;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import dev.weft.harness.Repository;
import dev.weft.harness.TemporaryDirectory;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in which the mesh is installed: Istio's CRDs, what {@code weftctl install} renders, and
 * its pods running with the identities and rights of the chart.
 */
final class InstalledMesh implements AutoCloseable {

  static final String SYSTEM = "weft-system";

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CONTROL_MONITORING = 15_016;
  private static final int INJECTOR_MONITORING = 15_019;

  private final TemporaryDirectory directory = TemporaryDirectory.create("weft-installed");
  private final TestCluster cluster;
  private final KubernetesClient admin;
  private final Repository repository;
  private final TestNode node;
  private final Controllers controllers;
  private final List<TestNode.Running> control = new ArrayList<>();
  private final List<TestNode.Running> injectors = new ArrayList<>();

  /** What is needed to have one. */
  record Parts(Binaries binaries, PodNetwork network, Path helm, Path crds) {

    /** Empty, and said aloud, where one is missing. */
    static Optional<Parts> find(Path logs) throws IOException {
      Optional<Binaries> binaries = Binaries.find();
      Optional<PodNetwork> network = PodNetwork.here(logs);
      String helm = System.getenv("HELM");
      if (helm == null) {
        System.err.println(
            "SKIPPED: nothing is installed in a cluster (expected: HELM=$(.ci/helm/build))");
      }
      Optional<Path> crds =
          Repository.around().shared("istio-samples/crds", "nothing is installed in a cluster");
      return binaries.isPresent() && network.isPresent() && helm != null && crds.isPresent()
          ? Optional.of(new Parts(binaries.get(), network.get(), Path.of(helm), crds.get()))
          : Optional.empty();
    }
  }

  private InstalledMesh(Parts parts) throws IOException, HarnessException, InterruptedException {
    this.repository = Repository.around();
    this.cluster = TestCluster.start(parts.binaries(), parts.network().address());
    this.admin =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(cluster.admin().text()))
            .build();
    this.node =
        new TestNode(
            admin, parts.network(), new Images(repository), URI.create(cluster.admin().server()));
    this.controllers = new Controllers(admin, node);
  }

  /**
   * Installs it and waits until everything is ready.
   *
   * @param arguments of {@code weftctl install}, besides
   */
  static InstalledMesh install(Parts parts, String... arguments)
      throws IOException, HarnessException, InterruptedException {
    InstalledMesh mesh = new InstalledMesh(parts);
    try {
      mesh.prepare(parts.crds());
      mesh.apply(mesh.rendered(parts.helm(), arguments));
      mesh.startPods();
      return mesh;
    } catch (IOException | HarnessException | RuntimeException e) {
      mesh.close();
      throw e;
    }
  }

  private void prepare(Path crds) throws IOException {
    try (Stream<Path> files = Files.list(crds)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        apply(Files.readString(file));
      }
    }
    namespace("istio-system", Map.of());
    namespace(SYSTEM, Map.of());
  }

  /** With what the controllers of a cluster make in each. */
  void namespace(String name, Map<String, String> labels) throws IOException {
    Namespace namespace =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(labels)
            .endMetadata()
            .build();
    admin.resource(namespace).create();
    account(name, "default");
    admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName("kube-root-ca.crt")
                .endMetadata()
                .withData(Map.of("ca.crt", cluster.admin().certificates()))
                .build())
        .create();
  }

  void account(String namespace, String name) {
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }

  private String rendered(Path helm, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            Java.jar(repository.root().resolve("control/cli/target/weftctl.jar"), "install"));
    command.addAll(List.of("--dry-run", "--helm", helm.toString(), "-n", SYSTEM));
    command.addAll(List.of(arguments));
    Path errors = directory.path().resolve("install.err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + Files.readString(errors));
    }
    return text;
  }

  private void startPods() throws IOException, HarnessException, InterruptedException {
    for (String name : List.of("weft-control", "weft-injector")) {
      Deployment deployment = admin.apps().deployments().inNamespace(SYSTEM).withName(name).get();
      int replicas = deployment.getSpec().getReplicas();
      for (int i = 0; i < replicas; i++) {
        (name.equals("weft-control") ? control : injectors).add(controllers.run(deployment));
      }
    }
    controllers.endpoints();
    control.forEach(pod -> awaitReady(pod, CONTROL_MONITORING));
    injectors.forEach(pod -> awaitReady(pod, INJECTOR_MONITORING));
  }

  /** After it has died. */
  void awaitControl() {
    control.forEach(pod -> awaitReady(pod, CONTROL_MONITORING));
  }

  private static void awaitReady(TestNode.Running pod, int port) {
    URI ready = URI.create("http://" + pod.address() + ":" + port + "/ready");
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(100, TimeUnit.MILLISECONDS)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> {
              if (!pod.container().alive()) {
                throw new IllegalStateException(pod.container().tail());
              }
              HttpResponse<String> answer = get(ready);
              if (answer.statusCode() != 200) {
                throw new AssertionError(answer.body() + pod.container().tail());
              }
            });
  }

  static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  void apply(String yaml) {
    try (InputStream in = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))) {
      for (HasMetadata each : admin.load(in).items()) {
        admin.resource(each).fieldManager("test").forceConflicts().serverSideApply();
      }
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  void delete(String yaml) {
    admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).delete();
  }

  TestCluster cluster() {
    return cluster;
  }

  KubernetesClient admin() {
    return admin;
  }

  TestNode node() {
    return node;
  }

  Controllers controllers() {
    return controllers;
  }

  List<TestNode.Running> control() {
    return control;
  }

  /** The control service that writes for all. */
  TestNode.Running leader() {
    String holder =
        admin
            .leases()
            .inNamespace(SYSTEM)
            .withName("weft-control")
            .get()
            .getSpec()
            .getHolderIdentity();
    return control.stream()
        .filter(pod -> holder.startsWith(pod.pod().getMetadata().getName() + "_"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("led by " + holder));
  }

  /** Writes a label of a pod that runs; null: takes it away. */
  void label(Pod pod, String name, @Nullable String value) {
    admin
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .edit(
            there -> {
              PodBuilder changed = new PodBuilder(there);
              return value == null
                  ? changed.editMetadata().removeFromLabels(name).endMetadata().build()
                  : changed.editMetadata().addToLabels(name, value).endMetadata().build();
            });
  }

  /** Once the roots are published in a namespace: pods of it can start. */
  void awaitRoots(String namespace) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> admin.configMaps().inNamespace(namespace).withName("weft-root").get() != null);
  }

  /** What everything has said last, for a test that fails. */
  String tails() {
    StringBuilder tails = new StringBuilder();
    for (TestNode.Running pod : node.pods()) {
      Child child = pod.container();
      tails.append("== ").append(child.name()).append('\n').append(child.tail()).append('\n');
    }
    return tails.toString();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    node.close();
    admin.close();
    cluster.close();
    directory.close();
  }
}
