package dev.weft.injector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The agent's settings, as variables of a container. What the container says itself of one stays:
 * whoever writes a pod may decide for it.
 */
final class Environment {

  /** What makes a workload one of this mesh; to be told where a container has its own. */
  private static final Set<String> DECISIVE =
      Set.of(
          "WEFT_CONTROL",
          "WEFT_ENABLED",
          "WEFT_FAIL_MODE",
          "WEFT_ROOT",
          "WEFT_TOKEN",
          "WEFT_TOKEN_FILE",
          "WEFT_TRUST_DOMAIN");

  /** As OpenTelemetry's operator calls it. */
  private static final String POD_NAME = "OTEL_RESOURCE_ATTRIBUTES_POD_NAME";

  private static final String ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

  private final InjectionRules rules;
  private final ServiceFacts service;
  private final boolean hostNetwork;

  Environment(InjectionRules rules, ServiceFacts service, ObjectNode spec) {
    this.rules = rules;
    this.service = service;
    this.hostNetwork = spec.path("hostNetwork").asBoolean(false);
  }

  /**
   * Adds what is missing.
   *
   * @param before how many containers of the pod have an agent already
   */
  void add(ObjectNode container, int before, List<Notice> notices) throws PodException {
    ArrayNode env = Tree.makeList(container, "env");
    Map<String, ObjectNode> ours = ours(container, before, notices);
    for (Map.Entry<String, ObjectNode> each : ours.entrySet()) {
      if (Tree.named(container, "env", each.getKey()).isEmpty()) {
        env.add(each.getValue());
      }
    }
    mentionOwn(container, ours, notices);
  }

  private Map<String, ObjectNode> ours(ObjectNode container, int before, List<Notice> notices)
      throws PodException {
    Map<String, ObjectNode> ours = new LinkedHashMap<>();
    new TreeMap<>(rules.settings()).forEach((name, value) -> put(ours, name, value));
    put(ours, "WEFT_CONTROL", rules.control());
    put(ours, "WEFT_TRUST_DOMAIN", rules.trustDomain());
    put(ours, "WEFT_ROOT", Layout.IDENTITY_DIRECTORY + "/" + Layout.ROOT_FILE);
    put(ours, "WEFT_TOKEN_FILE", Layout.IDENTITY_DIRECTORY + "/" + Layout.TOKEN_FILE);
    put(ours, "WEFT_FAIL_MODE", rules.failMode());
    field(ours, "WEFT_NAMESPACE", "metadata.namespace");
    field(ours, "WEFT_ADVERTISE_ADDRESS", "status.podIP");
    field(ours, POD_NAME, "metadata.name");
    put(ours, "OTEL_SERVICE_NAME", service.name());
    put(ours, ATTRIBUTES, attributes(container));
    // Several agents of one pod share its ports; a node's are everybody's.
    if (rules.prometheus() == InjectionRules.Prometheus.ANNOTATED && !hostNetwork) {
      put(ours, "WEFT_METRICS_ADDRESS", "0.0.0.0:" + (Layout.METRICS_PORT + before));
    }
    List<String> probes = Probes.of(container, notices);
    if (!probes.isEmpty()) {
      put(ours, "WEFT_PROBES", String.join(",", probes));
    }
    return ours;
  }

  private String attributes(ObjectNode container) {
    List<String> attributes = new ArrayList<>();
    attributes.add("k8s.container.name=" + Tree.text(container, "name"));
    attributes.add("k8s.pod.name=$(" + POD_NAME + ")");
    if (!service.version().isEmpty()) {
      attributes.add("service.version=" + service.version());
    }
    return String.join(",", attributes);
  }

  private static void put(Map<String, ObjectNode> ours, String name, String value) {
    ours.putIfAbsent(
        name, JsonNodeFactory.instance.objectNode().put("name", name).put("value", value));
  }

  private static void field(Map<String, ObjectNode> ours, String name, String path) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode().put("name", name);
    // With the version, as the API server writes it: so what comes back is what was sent.
    entry
        .putObject("valueFrom")
        .putObject("fieldRef")
        .put("apiVersion", "v1")
        .put("fieldPath", path);
    ours.putIfAbsent(name, entry);
  }

  private static void mentionOwn(
      ObjectNode container, Map<String, ObjectNode> ours, List<Notice> notices)
      throws PodException {
    for (String name : new java.util.TreeSet<>(DECISIVE)) {
      Optional<ObjectNode> there = Tree.named(container, "env", name);
      if (there.isPresent() && !there.get().equals(ours.get(name))) {
        notices.add(
            new Notice(
                Notice.Reason.SETTING_IS_OWN,
                Tree.text(container, "name"),
                name + " is the container's own, and stays"));
      }
    }
  }
}
