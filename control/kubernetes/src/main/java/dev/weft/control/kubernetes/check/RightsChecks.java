package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;

/** Whether whoever asks may install. */
final class RightsChecks {

  /** What the chart makes, where, and the chart's own record. */
  private record Made(String group, String resource, boolean inNamespace) {}

  private static final List<Made> MADE =
      List.of(
          new Made("", "namespaces", false),
          new Made("apiextensions.k8s.io", "customresourcedefinitions", false),
          new Made("rbac.authorization.k8s.io", "clusterroles", false),
          new Made("rbac.authorization.k8s.io", "clusterrolebindings", false),
          new Made("admissionregistration.k8s.io", "mutatingwebhookconfigurations", false),
          new Made("admissionregistration.k8s.io", "validatingwebhookconfigurations", false),
          new Made("apps", "deployments", true),
          new Made("", "services", true),
          new Made("", "serviceaccounts", true),
          new Made("", "configmaps", true),
          new Made("", "secrets", true),
          new Made("rbac.authorization.k8s.io", "roles", true),
          new Made("rbac.authorization.k8s.io", "rolebindings", true),
          new Made("networking.k8s.io", "networkpolicies", true),
          new Made("policy", "poddisruptionbudgets", true),
          new Made("autoscaling", "horizontalpodautoscalers", true));

  private RightsChecks() {}

  static List<Check> toInstall(KubernetesClient client, Installation what) {
    List<String> refused = new ArrayList<>();
    for (Made one : MADE) {
      if (!mayCreate(client, one, what.namespace())) {
        refused.add(one.group.isEmpty() ? one.resource : one.resource + "." + one.group);
      }
    }
    return List.of(
        refused.isEmpty()
            ? Check.ok("rights", "you may create all that the chart has")
            : Check.failure(
                "rights",
                "you may not create " + String.join(", ", refused),
                "install as somebody who may, or have them apply: "
                    + what.command()
                    + " --dry-run"));
  }

  private static boolean mayCreate(KubernetesClient client, Made one, String namespace) {
    SubjectAccessReviewStatus status =
        client
            .authorization()
            .v1()
            .selfSubjectAccessReview()
            .create(
                new SelfSubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withNewResourceAttributes()
                    .withVerb("create")
                    .withGroup(one.group)
                    .withResource(one.resource)
                    .withNamespace(one.inNamespace ? namespace : "")
                    .endResourceAttributes()
                    .endSpec()
                    .build())
            .getStatus();
    return Boolean.TRUE.equals(status.getAllowed());
  }
}
