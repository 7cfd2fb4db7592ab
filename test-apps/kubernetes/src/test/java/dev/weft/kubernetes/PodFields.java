package dev.weft.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a pod says of itself: the downward API. */
final class PodFields {

  private static final Pattern KEYED =
      Pattern.compile("metadata\\.(?<map>labels|annotations)\\['(?<key>.*)'\\]");

  private PodFields() {}

  static String of(Pod pod, String path) {
    Matcher keyed = KEYED.matcher(path);
    if (keyed.matches()) {
      Map<String, String> map =
          keyed.group("map").equals("labels")
              ? pod.getMetadata().getLabels()
              : pod.getMetadata().getAnnotations();
      return map.getOrDefault(keyed.group("key"), "");
    }
    return switch (path) {
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.namespace" -> pod.getMetadata().getNamespace();
      case "metadata.uid" -> pod.getMetadata().getUid();
      case "spec.nodeName" -> pod.getSpec().getNodeName();
      case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
      case "status.podIP", "status.hostIP" -> pod.getStatus().getPodIP();
      default -> throw new IllegalArgumentException("field " + path);
    };
  }
}
