package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pods of a revision have the agent that its injector would give them now: one is kept
 * until the pod starts anew.
 */
final class AgentChecks {

  private static final String NAME = "agents";

  /** What the injector gives to each pod with an agent. */
  private static final String INJECTED = "security.istio.io/tlsMode";

  private AgentChecks() {}

  static List<Check> look(KubernetesClient client, Installation what) {
    ConfigMap rules =
        client.configMaps().inNamespace(what.namespace()).withName(what.injector()).get();
    String text = rules == null ? "" : Labels.of(rules.getData(), "rules.yaml");
    Object said = text.isEmpty() ? null : PodView.parsed(client, text);
    if (!(said instanceof Map<?, ?> fields)) {
      return List.of(
          Check.failure(
              NAME,
              "there are no rules.yaml in the ConfigMap "
                  + what.namespace()
                  + "/"
                  + what.injector(),
              "install it: " + what.command()));
    }
    List<String> given =
        Stream.of(fields.get("image"), fields.get("agentImage"))
            .filter(Objects::nonNull)
            .map(String::valueOf)
            .toList();
    Map<String, List<String>> podsByImage = new TreeMap<>();
    for (Pod pod : client.pods().inAnyNamespace().withLabel(INJECTED).list().getItems()) {
      String image = PodChecks.ended(pod) ? null : image(client, pod, what.revision());
      if (image != null) {
        podsByImage
            .computeIfAbsent(image, any -> new ArrayList<>())
            .add(pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName());
      }
    }
    return compared(podsByImage, given);
  }

  private static List<Check> compared(Map<String, List<String>> podsByImage, List<String> given) {
    int all = podsByImage.values().stream().mapToInt(Collection::size).sum();
    podsByImage.keySet().removeAll(given);
    if (podsByImage.isEmpty()) {
      return all == 0
          ? List.of()
          : List.of(Check.ok(NAME, "all " + all + " injected pods have that of " + given));
    }
    String others =
        podsByImage.entrySet().stream()
            .map(
                it -> it.getKey() + " (" + it.getValue().size() + ", " + it.getValue().get(0) + ")")
            .collect(Collectors.joining(", "));
    int count = podsByImage.values().stream().mapToInt(Collection::size).sum();
    return List.of(
        Check.warning(
            NAME,
            count
                + " of "
                + all
                + " injected pods have another: "
                + others
                + " (expected: "
                + given
                + ")",
            "pods keep theirs until they start anew: kubectl rollout restart deployment"));
  }

  /** Where its agent is from, as the injector of this revision has written; null: it has not. */
  private static @Nullable String image(KubernetesClient client, Pod pod, String revision) {
    String written = Labels.of(pod.getMetadata().getAnnotations(), Labels.STATUS);
    return PodView.parsed(client, written) instanceof Map<?, ?> fields
            && revision.equals(fields.get("revision"))
            && fields.get("image") instanceof String image
        ? image
        : null;
  }
}
