package dev.weft.injector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's workload is called, for telemetry.
 *
 * @param name OpenTelemetry's annotation, else Istio's canonical name
 * @param version empty: unknown
 */
record ServiceFacts(String name, String version) {

  private static final List<String> NAMES =
      List.of("service.istio.io/canonical-name", "app.kubernetes.io/name", "app");

  private static final List<String> VERSIONS =
      List.of("service.istio.io/canonical-revision", "app.kubernetes.io/version", "version");

  private static final String HASH = "pod-template-hash";

  static ServiceFacts of(ObjectNode metadata, Injector.Origin origin) throws PodException {
    Map<String, String> labels = Tree.texts(metadata, "labels");
    Map<String, String> annotations = Tree.texts(metadata, "annotations");
    String name = annotations.get("resource.opentelemetry.io/service.name");
    String version = annotations.get("resource.opentelemetry.io/service.version");
    if (name == null) {
      name = first(NAMES, labels);
    }
    if (version == null) {
      version = first(VERSIONS, labels);
    }
    return new ServiceFacts(
        name == null || name.isEmpty() ? workload(metadata, labels.get(HASH), origin) : name,
        version == null ? "" : version);
  }

  private static @Nullable String first(List<String> keys, Map<String, String> labels) {
    return keys.stream().map(labels::get).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static String workload(ObjectNode metadata, @Nullable String hash, Injector.Origin origin)
      throws PodException {
    if (!origin.workload().isEmpty()) {
      return origin.workload();
    }
    for (ObjectNode owner : Tree.objects(metadata, "ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        String name = Tree.text(owner, "name");
        String suffix = "-" + hash;
        return Tree.text(owner, "kind").equals("ReplicaSet") && name.endsWith(suffix)
            ? name.substring(0, name.length() - suffix.length())
            : name;
      }
    }
    String name = Tree.text(metadata, "name");
    return name.isEmpty() ? Tree.text(metadata, "generateName").replaceFirst("-$", "") : name;
  }
}
