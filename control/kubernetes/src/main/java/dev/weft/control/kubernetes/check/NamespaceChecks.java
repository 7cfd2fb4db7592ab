package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which namespaces are labelled, and whether anybody heeds that. */
final class NamespaceChecks {

  private static final String NAME = "namespaces";

  private NamespaceChecks() {}

  static List<Check> forInstalling(KubernetesClient client, Installation what) {
    Namespace found = client.namespaces().withName(what.namespace()).get();
    if (found == null) {
      return List.of(Check.ok("namespace", what.namespace() + " will be created"));
    }
    Map<String, String> labels = found.getMetadata().getLabels();
    return List.of(
        Labels.of(labels, "istio-injection").equals("enabled")
            ? Check.warning(
                "namespace",
                what.namespace() + " is labelled istio-injection=enabled",
                "Weft's own pods need no sidecar: kubectl label namespace "
                    + what.namespace()
                    + " istio-injection-")
            : Check.ok("namespace", what.namespace() + " is there"));
  }

  static List<Check> look(KubernetesClient client) {
    List<MutatingWebhookConfiguration> webhooks =
        client.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems();
    List<Check> checks = new ArrayList<>();
    Set<String> labelled = new TreeSet<>();
    Set<String> off = new TreeSet<>();
    for (Namespace each : client.namespaces().list().getItems()) {
      Map<String, String> labels = each.getMetadata().getLabels();
      String name = each.getMetadata().getName();
      if (Labels.of(labels, Labels.ENABLED).equals("false")) {
        off.add(name);
      }
      if (Labels.chooses(labels)) {
        labelled.add(name);
        checks.addAll(heeded(name, labels, webhooks));
      }
    }
    checks.add(
        labelled.isEmpty()
            ? Check.warning(
                NAME,
                "no namespace is labelled",
                "kubectl label namespace NAME weft.dev/inject=enabled, and restart its pods")
            : Check.ok(NAME, "labelled: " + String.join(", ", labelled)));
    if (!off.isEmpty()) {
      checks.add(
          Check.warning(
              NAME,
              "switched off: " + String.join(", ", off),
              "kubectl label namespace NAME weft.dev/enabled- switches it on again"));
    }
    return checks;
  }

  private static List<Check> heeded(
      String name, Map<String, String> labels, List<MutatingWebhookConfiguration> webhooks) {
    List<Check> checks = new ArrayList<>();
    boolean shown =
        webhooks.stream()
            .filter(it -> it.getMetadata().getName().startsWith("weft-injector"))
            .flatMap(it -> it.getWebhooks().stream())
            .anyMatch(
                it ->
                    Selectors.matches(it.getNamespaceSelector(), labels)
                        && Selectors.matches(it.getObjectSelector(), Map.of()));
    if (!shown) {
      checks.add(
          Check.failure(
              NAME,
              name
                  + " is labelled, and its pods are shown to no injector (expected: one of that"
                  + " revision, and no excluded namespace)",
              "install that revision, or change the label "
                  + (Labels.of(labels, Labels.REVISION).isEmpty()
                      ? Labels.INJECT
                      : Labels.REVISION)));
    }
    if (Labels.of(labels, "istio-injection").equals("enabled")
        || !Labels.of(labels, "istio.io/rev").isEmpty()
        || Labels.of(labels, "linkerd.io/inject").equals("enabled")) {
      checks.add(
          Check.warning(
              NAME,
              name + " is labelled for the sidecars of another mesh as well",
              "a pod is part of one mesh: take one of the labels away"));
    }
    return checks;
  }
}
