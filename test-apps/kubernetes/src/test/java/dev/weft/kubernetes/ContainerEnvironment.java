package dev.weft.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container's variables, as the kubelet makes them: {@code envFrom} first, then {@code env} in
 * order, with {@code $(NAME)} for what is known by then; what is unknown stays as it is written.
 */
final class ContainerEnvironment {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]+)\\)");

  private final KubernetesClient client;
  private final Pod pod;

  ContainerEnvironment(KubernetesClient client, Pod pod) {
    this.client = client;
    this.pod = pod;
  }

  Map<String, String> of(Container container) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (EnvFromSource source : container.getEnvFrom()) {
      String prefix = source.getPrefix() == null ? "" : source.getPrefix();
      map(source.getConfigMapRef().getName())
          .getData()
          .forEach((key, value) -> environment.put(prefix + key, value));
    }
    for (EnvVar variable : container.getEnv()) {
      environment.put(
          variable.getName(),
          variable.getValueFrom() == null
              ? expanded(variable.getValue() == null ? "" : variable.getValue(), environment)
              : from(variable.getValueFrom()));
    }
    return environment;
  }

  private String from(EnvVarSource source) {
    if (source.getFieldRef() != null) {
      return PodFields.of(pod, source.getFieldRef().getFieldPath());
    }
    if (source.getConfigMapKeyRef() != null) {
      return map(source.getConfigMapKeyRef().getName())
          .getData()
          .get(source.getConfigMapKeyRef().getKey());
    }
    throw new IllegalArgumentException("a valueFrom of no kind that is known here");
  }

  private ConfigMap map(String name) {
    return client.configMaps().inNamespace(pod.getMetadata().getNamespace()).withName(name).get();
  }

  static String expanded(String written, Map<String, String> known) {
    Matcher matcher = REFERENCE.matcher(written);
    StringBuilder expanded = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      String value = name == null ? "$" : known.getOrDefault(name, matcher.group());
      matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(expanded).toString();
  }
}
