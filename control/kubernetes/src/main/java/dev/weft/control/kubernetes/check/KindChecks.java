package dev.weft.control.kubernetes.check;

import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the API server is, and which kinds it knows. */
final class KindChecks {

  /** As the chart's {@code kubeVersion}. */
  private static final int OLDEST_MINOR = 30;

  private KindChecks() {}

  static Check server(KubernetesClient client) {
    VersionInfo version = client.getKubernetesVersion();
    String shown = version.getGitVersion() + " at " + client.getMasterUrl();
    int minor = Integer.parseInt(version.getMinor().replaceAll("[^0-9].*", ""));
    return minor >= OLDEST_MINOR || !version.getMajor().equals("1")
        ? Check.ok("api-server", "Kubernetes " + shown)
        : Check.failure(
            "api-server",
            "Kubernetes " + shown + " (expected: 1." + OLDEST_MINOR + " or newer)",
            "upgrade the cluster");
  }

  /** Istio's, without which there is nothing to enforce but what is the default. */
  static List<Check> ofIstio(KubernetesClient client) {
    List<String> missing = missing(client, false);
    return List.of(
        missing.isEmpty()
            ? Check.ok("istio-kinds", "Istio's CRDs are installed")
            : Check.warning(
                "istio-kinds",
                "Istio's CRDs are missing: " + String.join(", ", missing),
                "helm install istio-base base --repo"
                    + " https://istio-release.storage.googleapis.com/charts --namespace"
                    + " istio-system --create-namespace --set defaultRevision=\"\""));
  }

  static List<Check> all(KubernetesClient client) {
    List<Check> checks = new ArrayList<>(ofIstio(client));
    List<String> missing = missing(client, true);
    checks.add(
        missing.isEmpty()
            ? Check.ok("own-kinds", "Weft's own CRDs are installed")
            : Check.failure(
                "own-kinds",
                "Weft's own CRDs are missing: " + String.join(", ", missing),
                "weftctl install applies them"));
    return checks;
  }

  /** By what the API server serves, which everybody may ask. */
  private static List<String> missing(KubernetesClient client, boolean own) {
    Map<String, Set<String>> served = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (KindSchema kind : Schemas.all()) {
      if (kind.group().equals("core") || kind.group().equals("weft.dev") != own) {
        continue;
      }
      String version = kind.group() + "/" + kind.versions().get(0);
      if (!served.computeIfAbsent(version, it -> kinds(client, it)).contains(kind.kind())) {
        missing.add(kind.kind() + " (" + version + ")");
      }
    }
    return missing;
  }

  private static Set<String> kinds(KubernetesClient client, String version) {
    APIResourceList list = client.getApiResources(version);
    return list == null
        ? Set.of()
        : list.getResources().stream().map(APIResource::getKind).collect(Collectors.toSet());
  }
}
