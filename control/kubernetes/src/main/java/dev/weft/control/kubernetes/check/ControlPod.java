package dev.weft.control.kubernetes.check;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.Failures;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A way to one pod's loopback, through the API server: what only the pod itself may ask. */
public final class ControlPod implements AutoCloseable {

  private final KubernetesClient client;
  private final LocalPortForward forward;
  private final String name;
  private final List<String> siblings;

  private ControlPod(
      KubernetesClient client, LocalPortForward forward, String name, List<String> siblings) {
    this.client = client;
    this.forward = forward;
    this.name = name;
    this.siblings = siblings;
  }

  /**
   * Opens one to a control service.
   *
   * @param wanted the pod's name; null: any that is ready
   * @throws IOException there is none, or it may not be reached
   */
  public static ControlPod open(
      Cluster cluster, Installation what, @Nullable String wanted, int port) throws IOException {
    KubernetesClient client = cluster.forQuestions();
    try {
      List<Pod> ready = ready(client, what);
      Pod pod =
          ready.stream()
              .filter(it -> wanted == null || it.getMetadata().getName().equals(wanted))
              .findFirst()
              .orElseThrow(() -> new IOException(none(what, wanted, ready)));
      LocalPortForward forward = client.pods().resource(pod).portForward(port);
      String name = pod.getMetadata().getName();
      List<String> all = ready.stream().map(it -> it.getMetadata().getName()).toList();
      return new ControlPod(
          client, forward, name, all.stream().filter(it -> !it.equals(name)).toList());
    } catch (KubernetesClientException e) {
      client.close();
      throw new IOException(cluster + ": " + Failures.message(e), e);
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static List<Pod> ready(KubernetesClient client, Installation what) throws IOException {
    Service service =
        client.services().inNamespace(what.namespace()).withName(what.control()).get();
    if (service == null) {
      throw new IOException(
          "there is no Service "
              + what.namespace()
              + "/"
              + what.control()
              + " (expected: an installation; --namespace and --revision say which)");
    }
    Map<String, String> selector = service.getSpec().getSelector();
    return client
        .pods()
        .inNamespace(what.namespace())
        .withLabels(selector)
        .list()
        .getItems()
        .stream()
        .filter(ControlPod::isReady)
        .toList();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(it -> it.getType().equals("Ready") && it.getStatus().equals("True"));
  }

  private static String none(Installation what, @Nullable String wanted, List<Pod> ready) {
    return "no pod "
        + (wanted == null ? "of " + what.control() : wanted)
        + " in "
        + what.namespace()
        + " is ready (expected: "
        + (ready.isEmpty()
            ? "one; weftctl check says more"
            : String.join(", ", ready.stream().map(it -> it.getMetadata().getName()).toList()))
        + ")";
  }

  /** Where this process reaches it. */
  public int localPort() {
    return forward.getLocalPort();
  }

  public String name() {
    return name;
  }

  /** The names of others that are ready, which other agents are connected to. */
  public List<String> siblings() {
    return siblings;
  }

  @Override
  public void close() throws IOException {
    try {
      forward.close();
    } finally {
      client.close();
    }
  }
}
