package dev.weft.kubernetes;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.TemporaryDirectory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node: runs pods as the API server has them, injected or not, each in a network of its own and
 * each container with exactly the variables, files and mounts that the pod says.
 */
final class TestNode implements AutoCloseable {

  static final String NAME = "node-1";

  private static final Duration INIT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final String HOSTS = "hosts";

  private final KubernetesClient client;
  private final PodNetwork network;
  private final Images images;
  private final URI apiServer;
  private final TemporaryDirectory directory = TemporaryDirectory.create("weft-node");
  private final Path script;
  private final Map<String, Running> pods = new LinkedHashMap<>();
  private List<String> names = List.of();

  TestNode(KubernetesClient client, PodNetwork network, Images images, URI apiServer)
      throws IOException {
    this.client = client;
    this.network = network;
    this.images = images;
    this.apiServer = apiServer;
    this.script = directory.path().resolve("container.sh");
    try (InputStream text = TestNode.class.getResourceAsStream("container.sh")) {
      Files.write(script, Objects.requireNonNull(text).readAllBytes());
    }
  }

  /** A pod that runs here. */
  final class Running {
    private final Pod pod;
    private final PodNetwork.Sandbox sandbox;
    private final Path own;
    private final Map<String, Path> volumes;
    private final Map<String, Child> containers = new LinkedHashMap<>();
    private int starts;

    private Running(Pod pod, PodNetwork.Sandbox sandbox, Path own, Map<String, Path> volumes) {
      this.pod = pod;
      this.sandbox = sandbox;
      this.own = own;
      this.volumes = volumes;
    }

    Pod pod() {
      return pod;
    }

    String address() {
      return sandbox.address();
    }

    Child container() {
      return containers.values().iterator().next();
    }

    private Child run(Container container) throws IOException, HarnessException {
      String name = pod.getMetadata().getName() + "-" + container.getName() + "-" + ++starts;
      Images.Image image = images.of(container.getImage());
      Path mounts = own.resolve(name + ".mounts");
      Files.writeString(mounts, mounts(container, image));
      Path root = Files.createDirectories(own.resolve(name + ".root"));
      boolean readOnly =
          container.getSecurityContext() != null
              && Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem());
      List<String> command = new ArrayList<>(sandbox.enter());
      command.addAll(List.of("unshare", "--mount", "sh", script.toString(), root.toString()));
      command.addAll(List.of(String.valueOf(readOnly), mounts.toString(), "env", "-i"));
      Map<String, String> environment = environment(container);
      environment.forEach((key, value) -> command.add(key + "=" + value));
      command.addAll(written(container, image, environment));
      Child child = Child.start(name, command, Map.of(), directory.path());
      containers.put(container.getName(), child);
      return child;
    }

    private Map<String, String> environment(Container container) {
      Map<String, String> environment = new LinkedHashMap<>();
      environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":/usr/bin:/bin");
      environment.put("HOSTNAME", pod.getMetadata().getName());
      environment.put("KUBERNETES_SERVICE_HOST", apiServer.getHost());
      environment.put("KUBERNETES_SERVICE_PORT", String.valueOf(apiServer.getPort()));
      environment.putAll(new ContainerEnvironment(client, pod).of(container));
      return environment;
    }

    private static List<String> written(
        Container container, Images.Image image, Map<String, String> environment) {
      List<String> command = new ArrayList<>();
      boolean own = !container.getCommand().isEmpty();
      for (String each : own ? container.getCommand() : image.entrypoint()) {
        command.add(own ? ContainerEnvironment.expanded(each, environment) : each);
      }
      for (String each : container.getArgs()) {
        command.add(ContainerEnvironment.expanded(each, environment));
      }
      return command;
    }

    private String mounts(Container container, Images.Image image) {
      StringBuilder mounts = new StringBuilder();
      String jdk = System.getProperty("java.home");
      if (!jdk.startsWith("/usr/") && !jdk.startsWith("/opt/")) {
        mount(mounts, "ro", Path.of(jdk), jdk);
      }
      image.files().forEach((target, file) -> mount(mounts, "ro", file, target));
      mount(mounts, "ro", own.resolve(HOSTS), "/etc/hosts");
      for (VolumeMount mount : container.getVolumeMounts()) {
        Path source = volumes.get(mount.getName());
        if (mount.getSubPath() != null && source != null) {
          source = source.resolve(mount.getSubPath());
        }
        mount(
            mounts,
            Boolean.TRUE.equals(mount.getReadOnly()) ? "ro" : "rw",
            Objects.requireNonNull(source, mount.getName()),
            mount.getMountPath());
      }
      return mounts.toString();
    }

    private static void mount(StringBuilder mounts, String mode, Path source, String target) {
      mounts.append(mode).append(' ').append(source).append(' ').append(target).append('\n');
    }

    /** Ends its processes as a crash would, and starts them again in the same pod. */
    void crash() throws IOException, HarnessException, InterruptedException {
      for (Child child : containers.values()) {
        child.awaitEnd(Duration.ZERO);
      }
      for (Container container : pod.getSpec().getContainers()) {
        run(container);
      }
    }

    /**
     * Waits until its containers have ended by themselves, and tells the API server.
     *
     * @return the phase it ended in
     */
    String awaitCompletion(Duration patience) throws InterruptedException {
      boolean succeeded = true;
      for (Child child : containers.values()) {
        child.awaitEnd(patience); // who does not end is killed, and has failed
        succeeded &= child.exitCode() == 0;
      }
      String phase = succeeded ? "Succeeded" : "Failed";
      status(pod, phase, sandbox.address());
      return phase;
    }

    private void stop() throws InterruptedException {
      containers.values().forEach(Child::terminate);
      for (Child child : containers.values()) {
        child.awaitEnd(GRACE);
      }
      sandbox.close();
    }
  }

  /**
   * Runs a pod: init containers to their end, in order, then the others.
   *
   * @return once its containers are started
   */
  Running run(Pod asCreated) throws IOException, HarnessException, InterruptedException {
    String name = asCreated.getMetadata().getName();
    PodNetwork.Sandbox sandbox = network.sandbox(name);
    Pod pod = status(asCreated, "Pending", sandbox.address());
    Path own = Files.createDirectories(directory.path().resolve(name));
    hosts(own, sandbox.address(), names);
    Running running =
        new Running(
            pod,
            sandbox,
            own,
            new PodVolumes(client, images, pod, Files.createDirectories(own.resolve("volumes")))
                .make());
    pods.put(name, running);
    for (Container init : pod.getSpec().getInitContainers()) {
      Child child = running.run(init);
      child.awaitEnd(INIT_PATIENCE);
      if (child.exitCode() != 0) {
        throw new HarnessException(
            child.name() + " ended with " + child.exitCode() + ": " + child.tail());
      }
      running.containers.remove(init.getName());
    }
    for (Container container : pod.getSpec().getContainers()) {
      running.run(container);
    }
    status(pod, "Running", sandbox.address());
    return running;
  }

  private Pod status(Pod pod, String phase, String address) {
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .resource(
            new PodBuilder(pod)
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .withNewStatus()
                .withPhase(phase)
                .withPodIP(address)
                .addNewPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus(phase.equals("Running") ? "True" : "False")
                .endCondition()
                .endStatus()
                .build())
        .updateStatus();
  }

  /** What every pod knows by name, as a cluster's DNS would tell. */
  void hosts(Map<String, Collection<String>> addressesByName) throws IOException {
    List<String> lines = new ArrayList<>();
    addressesByName.forEach(
        (name, addresses) -> addresses.forEach(address -> lines.add(address + " " + name)));
    names = List.copyOf(lines);
    for (Running running : pods.values()) {
      hosts(running.own, running.address(), names);
    }
  }

  /** In place: it is mounted. */
  private static void hosts(Path own, String address, List<String> lines) throws IOException {
    String text =
        "127.0.0.1 localhost\n"
            + address
            + " "
            + own.getFileName()
            + "\n"
            + String.join("\n", lines)
            + "\n";
    Files.write(own.resolve(HOSTS), text.getBytes(StandardCharsets.UTF_8));
  }

  @Nullable Running find(String pod) {
    return pods.get(pod);
  }

  Collection<Running> pods() {
    return List.copyOf(pods.values());
  }

  /** Stops a pod as its deletion would; it is gone from the API server then. */
  void delete(Running running) throws InterruptedException {
    pods.remove(running.pod.getMetadata().getName());
    running.stop();
    client.resource(running.pod).withGracePeriod(0).delete();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    pods.values().forEach(pod -> pod.containers.values().forEach(Child::terminate));
    for (Running pod : pods.values()) {
      pod.stop();
    }
    directory.close();
  }
}
