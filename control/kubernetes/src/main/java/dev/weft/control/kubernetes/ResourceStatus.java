package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The conditions in a resource's status. */
final class ResourceStatus {

  private ResourceStatus() {}

  static List<Map<String, Object>> conditions(GenericKubernetesResource resource) {
    List<Map<String, Object>> conditions = new ArrayList<>();
    if (resource.getAdditionalProperties().get("status") instanceof Map<?, ?> status
        && status.get("conditions") instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> condition) {
          Map<String, Object> copy = new HashMap<>();
          condition.forEach((field, value) -> copy.put(String.valueOf(field), value));
          conditions.add(copy);
        }
      }
    }
    return conditions;
  }

  /** As it was seen, so that it is refused if it is not so any more. */
  static GenericKubernetesResource with(
      GenericKubernetesResource resource, List<Map<String, Object>> conditions) {
    Map<String, Object> status = new LinkedHashMap<>();
    if (resource.getAdditionalProperties().get("status") instanceof Map<?, ?> before) {
      before.forEach((field, value) -> status.put(String.valueOf(field), value));
    }
    status.put("conditions", conditions);
    GenericKubernetesResource next = new GenericKubernetesResource();
    next.setApiVersion(resource.getApiVersion());
    next.setKind(resource.getKind());
    next.setMetadata(resource.getMetadata());
    resource.getAdditionalProperties().forEach(next::setAdditionalProperty);
    next.setAdditionalProperty("status", status);
    return next;
  }
}
