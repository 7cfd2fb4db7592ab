package dev.weft.control.kubernetes.check;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.Failures;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod as its author sees it, and whether the injector has had to do with it.
 *
 * @param addresses none before it has got one, and after it has ended
 * @param injected the containers that have the agent
 * @param notes what is to be said about that: why there are none, or what else the injector said
 */
public record PodView(
    String namespace,
    String name,
    String serviceAccount,
    List<String> addresses,
    List<String> injected,
    List<String> notes) {

  public PodView {
    addresses = List.copyOf(addresses);
    injected = List.copyOf(injected);
    notes = List.copyOf(notes);
  }

  /**
   * Reads one.
   *
   * @throws IOException it is not there, or may not be read
   */
  public static PodView read(Cluster cluster, String namespace, String name) throws IOException {
    try (KubernetesClient client = cluster.forQuestions()) {
      Pod pod = client.pods().inNamespace(namespace).withName(name).get();
      if (pod == null) {
        throw new IOException(
            "there is no pod "
                + namespace
                + "/"
                + name
                + " (expected: one of "
                + client.pods().inNamespace(namespace).list().getItems().stream()
                    .map(it -> it.getMetadata().getName())
                    .sorted()
                    .limit(10)
                    .toList()
                + "; --namespace says where)");
      }
      return of(client, pod, client.namespaces().withName(namespace).get());
    } catch (KubernetesClientException e) {
      throw new IOException(cluster + ": " + Failures.message(e), e);
    }
  }

  private static PodView of(KubernetesClient client, Pod pod, @Nullable Namespace around) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    Map<String, String> outer = around == null ? null : around.getMetadata().getLabels();
    String status = Labels.of(pod.getMetadata().getAnnotations(), Labels.STATUS);
    List<String> injected = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (status.isEmpty()) {
      notes.add(notShown(labels, outer));
    } else {
      said(client, status, injected, notes);
    }
    if (Labels.of(labels, Labels.ENABLED).equals("false")
        || (Labels.of(labels, Labels.ENABLED).isEmpty()
            && Labels.of(outer, Labels.ENABLED).equals("false"))) {
      notes.add("switched off by the label " + Labels.ENABLED + "=false");
    }
    String account = pod.getSpec().getServiceAccountName();
    return new PodView(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        account == null ? "default" : account,
        pod.getStatus() == null
            ? List.of()
            : pod.getStatus().getPodIPs().stream().map(it -> it.getIp()).toList(),
        injected,
        notes);
  }

  /** What the injector has written. */
  private static void said(
      KubernetesClient client, String status, List<String> injected, List<String> notes) {
    if (!(parsed(client, status) instanceof Map<?, ?> fields)) {
      notes.add("its annotation " + Labels.STATUS + " is none of the injector's: " + status);
      return;
    }
    if (fields.get("containers") instanceof List<?> containers) {
      containers.forEach(it -> injected.add(String.valueOf(it)));
    }
    if (fields.get("notices") instanceof List<?> notices) {
      for (Object notice : notices) {
        if (notice instanceof Map<?, ?> one) {
          Object container = one.get("container");
          notes.add(
              one.get("reason")
                  + (container == null ? "" : ", container " + container)
                  + ": "
                  + one.get("message"));
        }
      }
    }
  }

  /** JSON or YAML that somebody has written; null: it is neither. */
  static @Nullable Object parsed(KubernetesClient client, String text) {
    try {
      return client.getKubernetesSerialization().unmarshal(text, Object.class);
    } catch (IllegalArgumentException | KubernetesClientException e) {
      return null;
    }
  }

  /** Why no injector has seen it. */
  private static String notShown(
      @Nullable Map<String, String> labels, @Nullable Map<String, String> outer) {
    if (Labels.of(labels, Labels.INJECT).equals("disabled")) {
      return "not injected: its label " + Labels.INJECT + " is disabled";
    }
    if (Labels.chooses(labels) || Labels.chooses(outer)) {
      return "not injected although it is labelled: it is older than the label, or no injector of"
          + " that revision answered (weftctl check); restart it";
    }
    return Labels.of(outer, Labels.INJECT).equals("disabled")
        ? "not injected: its namespace's label " + Labels.INJECT + " is disabled"
        : "not injected: neither it nor its namespace has the label " + Labels.INJECT + "=enabled";
  }
}
