package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A resource as the text that a file would have, so that it is read, refused and reported alike.
 * What the API server alone writes is left out, because a change of it is none; equal by content.
 */
final class ResourceText {

  /**
   * What the API server writes into each Service where its author has not; none of it means
   * anything to a mesh, which would be said of each Service otherwise.
   */
  private static final Set<String> DEFAULTED =
      Set.of(
          "type",
          "ipFamilies",
          "ipFamilyPolicy",
          "internalTrafficPolicy",
          "externalTrafficPolicy",
          "allocateLoadBalancerNodePorts",
          "healthCheckNodePort",
          "sessionAffinity");

  private final byte[] text;

  private ResourceText(byte[] text) {
    this.text = text;
  }

  static ResourceText of(
      GenericKubernetesResource resource, String kind, KubernetesSerialization json) {
    ObjectMeta full = resource.getMetadata();
    GenericKubernetesResource plain = new GenericKubernetesResource();
    plain.setApiVersion(resource.getApiVersion());
    plain.setKind(kind);
    plain.setMetadata(
        new ObjectMetaBuilder()
            .withName(full.getName())
            .withNamespace(full.getNamespace())
            .withLabels(full.getLabels())
            .withAnnotations(full.getAnnotations())
            .withCreationTimestamp(full.getCreationTimestamp())
            .build());
    resource
        .getAdditionalProperties()
        .forEach(
            (field, value) -> {
              if (!field.equals("status")) {
                plain.setAdditionalProperty(field, kind.equals("Service") ? written(value) : value);
              }
            });
    return new ResourceText(json.asJson(plain).getBytes(StandardCharsets.UTF_8));
  }

  private static Object written(Object spec) {
    if (!(spec instanceof Map<?, ?> fields)) {
      return spec;
    }
    Map<Object, Object> rest = new LinkedHashMap<>(fields);
    rest.keySet().removeAll(DEFAULTED);
    return rest;
  }

  /** Not to be changed. */
  byte[] utf8() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResourceText that && Arrays.equals(text, that.text);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(text);
  }
}
