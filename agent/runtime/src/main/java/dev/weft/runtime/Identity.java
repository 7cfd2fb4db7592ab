package dev.weft.runtime;

import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.xds.ControlSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is, from the settings.
 *
 * @param named whether anybody gave it a name; without one it serves nobody
 * @param instance unique in the mesh, the same for the life of the process
 * @param labels {@code app} and {@code version} among them
 * @param address where others reach it, as far as is known
 */
record Identity(
    boolean named,
    String name,
    String namespace,
    String instance,
    Map<String, String> labels,
    String address) {

  private static final String CANONICAL_NAME = "service.istio.io/canonical-name";
  private static final String CANONICAL_REVISION = "service.istio.io/canonical-revision";
  private static final String UNKNOWN = "unknown";
  private static final List<String> TOPOLOGY =
      List.of(
          "topology.kubernetes.io/region",
          "topology.kubernetes.io/zone",
          "topology.istio.io/subzone");

  Identity {
    labels = Map.copyOf(labels);
  }

  /**
   * @param given the namespace that a join token gives; null: none does
   * @param random told apart from other processes of the same name
   */
  static Identity of(Settings settings, @Nullable String given, long random, String address) {
    Map<String, String> attributes = settings.resourceAttributes();
    String name = settings.serviceName().orElse(UNKNOWN);
    Map<String, String> labels = new TreeMap<>(settings.get(Setting.LABELS));
    labels.putIfAbsent("app", name);
    String version = attributes.get("service.version");
    if (version != null) {
      labels.putIfAbsent("version", version);
    }
    locate(labels, settings.get(Setting.LOCALITY).orElse(locality(attributes)));
    String pod = attributes.get("k8s.pod.name");
    return new Identity(
        settings.serviceName().isPresent(),
        name,
        settings.get(Setting.NAMESPACE).orElse(namespace(attributes, given)),
        pod != null ? pod : name + "-" + Long.toHexString(random | Long.MIN_VALUE).substring(8),
        labels,
        address);
  }

  private static String locality(Map<String, String> attributes) {
    String region = attributes.getOrDefault("cloud.region", "");
    String zone = attributes.get("cloud.availability_zone");
    return zone == null ? region : region + "/" + zone;
  }

  /** By the labels that Kubernetes and Istio use for it. */
  private static void locate(Map<String, String> labels, String locality) {
    String[] parts = locality.split("/", -1);
    for (int i = 0; i < parts.length && i < TOPOLOGY.size(); i++) {
      if (!parts[i].isEmpty()) {
        labels.putIfAbsent(TOPOLOGY.get(i), parts[i]);
      }
    }
  }

  private static String namespace(Map<String, String> attributes, @Nullable String given) {
    String kubernetes = attributes.get("k8s.namespace.name");
    return kubernetes != null
        ? kubernetes
        : attributes.getOrDefault("service.namespace", given == null ? "default" : given);
  }

  /** {@code weft~ip~instance.ns~ns.svc.cluster.local}. */
  String node() {
    return "weft~"
        + address
        + "~"
        + instance
        + "."
        + namespace
        + "~"
        + namespace
        + ".svc.cluster.local";
  }

  /** The same process, reached elsewhere. */
  Identity at(String where) {
    return new Identity(named, name, namespace, instance, labels, where);
  }

  /** For the log: {@code reviews.default (v1) at 10.0.0.1}. */
  String describe() {
    String version = labels.get("version");
    return name
        + "."
        + namespace
        + (version == null ? "" : " (" + version + ")")
        + " at "
        + address;
  }

  /**
   * As the control service is told.
   *
   * @param metrics where metrics are served
   */
  ControlSettings.Workload forControl(InetSocketAddress metrics) {
    ControlSettings.ProcessFacts process =
        new ControlSettings.ProcessFacts(
            Version.OF_AGENT,
            Runtime.version().toString(),
            ProcessHandle.current().pid(),
            metrics.getAddress().getHostAddress() + ":" + metrics.getPort());
    return new ControlSettings.Workload(instance, name, namespace, labels, address, process);
  }

  LocalWorkload workload() {
    String version = labels.getOrDefault("version", "latest");
    Workload workload =
        new Workload(
            name,
            namespace,
            labels.getOrDefault(CANONICAL_NAME, labels.getOrDefault("app", name)),
            labels.getOrDefault(CANONICAL_REVISION, version),
            labels.getOrDefault("app", name),
            labels.getOrDefault("version", UNKNOWN),
            "Kubernetes");
    LocalWorkload local = LocalWorkload.of(workload, node(), instance);
    return new LocalWorkload(workload, local.service(), local.node(), instance, labels);
  }
}
