package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a pod counts.
 *
 * @param workload whose pod it is: the Deployment's name rather than the ReplicaSet's, as in Istio
 * @param addresses none before it has got one, and after it has ended
 * @param ports that its containers declare
 */
record PodFacts(
    String namespace,
    String name,
    String workload,
    String serviceAccount,
    Map<String, String> labels,
    List<String> addresses,
    Set<Integer> ports) {

  /** How Istio's injector, and ours, marks a pod that speaks mutual TLS. */
  private static final String TLS_MODE = "security.istio.io/tlsMode";

  private static final String CANONICAL_NAME = "service.istio.io/canonical-name";

  /** Where its canonical name is looked for, the first one first, as in Istio. */
  private static final List<String> NAMES =
      List.of(CANONICAL_NAME, "app.kubernetes.io/name", "app");

  private static final String TEMPLATE_HASH = "pod-template-hash";
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  PodFacts {
    labels = Map.copyOf(labels);
    addresses = List.copyOf(addresses);
    ports = Set.copyOf(ports);
  }

  static PodFacts of(Pod pod) {
    Map<String, String> labels =
        pod.getMetadata().getLabels() == null ? Map.of() : pod.getMetadata().getLabels();
    String account = pod.getSpec().getServiceAccountName();
    String workload = workload(pod, labels.get(TEMPLATE_HASH));
    return new PodFacts(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        workload,
        account == null || account.isEmpty() ? "default" : account,
        named(labels, workload),
        addresses(pod),
        ports(pod));
  }

  /** Whether it is meshed by its own word, which can only demand more of its callers. */
  boolean saysItIsMeshed() {
    return "istio".equals(labels.get(TLS_MODE));
  }

  /** With its canonical name. */
  private static Map<String, String> named(Map<String, String> labels, String workload) {
    Map<String, String> all = new HashMap<>(labels);
    all.put(
        CANONICAL_NAME,
        NAMES.stream().map(labels::get).filter(Objects::nonNull).findFirst().orElse(workload));
    return all;
  }

  private static String workload(Pod pod, @Nullable String hash) {
    for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        String suffix = "-" + hash;
        String name = owner.getName();
        return owner.getKind().equals("ReplicaSet") && hash != null && name.endsWith(suffix)
            ? name.substring(0, name.length() - suffix.length())
            : name;
      }
    }
    return pod.getMetadata().getName();
  }

  private static List<String> addresses(Pod pod) {
    if (pod.getStatus() == null || ENDED.contains(String.valueOf(pod.getStatus().getPhase()))) {
      return List.of();
    }
    List<String> addresses = new ArrayList<>();
    for (PodIP each : pod.getStatus().getPodIPs()) {
      addresses.add(each.getIp());
    }
    if (addresses.isEmpty() && pod.getStatus().getPodIP() != null) {
      addresses.add(pod.getStatus().getPodIP());
    }
    return addresses;
  }

  private static Set<Integer> ports(Pod pod) {
    Set<Integer> ports = new TreeSet<>();
    // Native sidecars are init containers that go on.
    Stream.concat(
            pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
        .map(Container::getPorts)
        .flatMap(List::stream)
        .map(ContainerPort::getContainerPort)
        .forEach(ports::add);
    return ports;
  }
}
