package dev.weft.control.kubernetes.check;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.Failures;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All that is looked at, in the order in which it builds upon one another. */
public final class ClusterChecks {

  private static final String API_SERVER = "api-server";

  private ClusterChecks() {}

  /** Whether an installation would work. */
  public static List<Check> before(Cluster cluster, Installation what) throws IOException {
    try (KubernetesClient client = cluster.forQuestions()) {
      Map<String, Supplier<List<Check>>> looks = new LinkedHashMap<>();
      looks.put("rights", () -> RightsChecks.toInstall(client, what));
      looks.put("kinds", () -> KindChecks.ofIstio(client));
      looks.put("namespace", () -> NamespaceChecks.forInstalling(client, what));
      looks.put("names", () -> WebhookChecks.ofOthers(client, what));
      return look(client, looks);
    }
  }

  /** Whether one works, and will go on. */
  public static List<Check> after(Cluster cluster, Installation what, InstantSource clock)
      throws IOException {
    try (KubernetesClient client = cluster.forQuestions()) {
      Map<String, Supplier<List<Check>>> looks = new LinkedHashMap<>();
      looks.put("kinds", () -> KindChecks.all(client));
      looks.put("control", () -> List.of(DeploymentChecks.control(client, what)));
      looks.put("leader", () -> List.of(DeploymentChecks.leader(client, what, clock)));
      looks.put("roots", () -> RootChecks.look(client, clock));
      looks.put("injector", () -> List.of(DeploymentChecks.injector(client, what)));
      looks.put("webhook", () -> WebhookChecks.look(client, what, clock));
      looks.put("namespaces", () -> NamespaceChecks.look(client));
      looks.put("pods", () -> PodChecks.look(client));
      looks.put("agents", () -> AgentChecks.look(client, what));
      return look(client, looks);
    }
  }

  /** What one cannot see does not keep others from being looked at. */
  private static List<Check> look(
      KubernetesClient client, Map<String, Supplier<List<Check>>> looks) {
    List<Check> checks = new ArrayList<>();
    Check server;
    try {
      server = KindChecks.server(client);
    } catch (KubernetesClientException e) {
      server =
          Check.failure(
              API_SERVER,
              Failures.message(e),
              "say which cluster with --kubeconfig and --context; kubectl version asks likewise");
    }
    checks.add(server);
    if (server.status() == Check.Status.FAILURE) {
      return checks;
    }
    looks.forEach(
        (name, look) -> {
          try {
            checks.addAll(look.get());
          } catch (KubernetesClientException e) {
            checks.add(
                Check.failure(
                    name,
                    "it could not be looked at: " + Failures.message(e),
                    "look as somebody who may read it"));
          }
        });
    return checks;
  }
}
