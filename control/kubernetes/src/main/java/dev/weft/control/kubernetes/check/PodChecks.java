package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the pods of labelled namespaces were shown to an injector when they were made. */
final class PodChecks {

  private PodChecks() {}

  static List<Check> look(KubernetesClient client) {
    List<Check> checks = new ArrayList<>();
    for (Namespace each : client.namespaces().list().getItems()) {
      if (Labels.chooses(each.getMetadata().getLabels())) {
        checks.addAll(look(client, each.getMetadata().getName()));
      }
    }
    return checks;
  }

  private static List<Check> look(KubernetesClient client, String namespace) {
    int all = 0;
    List<String> without = new ArrayList<>();
    for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
      Map<String, String> labels = pod.getMetadata().getLabels();
      boolean chosen = !Labels.of(labels, Labels.INJECT).equals("disabled");
      if (chosen && !ended(pod)) {
        all++;
        if (Labels.of(pod.getMetadata().getAnnotations(), Labels.STATUS).isEmpty()) {
          without.add(pod.getMetadata().getName());
        }
      }
    }
    if (without.isEmpty()) {
      return all == 0
          ? List.of()
          : List.of(Check.ok("pods", "all " + all + " pods of " + namespace + " were injected"));
    }
    return List.of(
        Check.warning(
            "pods",
            without.size()
                + " of "
                + all
                + " pods of "
                + namespace
                + " were never shown to an injector, such as "
                + without.get(0),
            "they are older than the label, or no injector answered: kubectl rollout restart"
                + " deployment --namespace "
                + namespace));
  }

  static boolean ended(Pod pod) {
    String phase = pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
    return phase.equals("Succeeded") || phase.equals("Failed");
  }
}
