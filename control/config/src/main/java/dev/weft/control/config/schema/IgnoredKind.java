package dev.weft.control.config.schema;

import java.util.List;

/**
 * A kind of Istio's that has no effect in workloads, and is reported.
 *
 * @param versions that Istio serves, the newest first
 * @param reason why it has no effect
 */
public record IgnoredKind(String kind, String group, List<String> versions, String reason) {

  private static final List<IgnoredKind> ALL =
      List.of(
          networking(
              "Gateway",
              "there is no gateway; rules bound to it have no effect in workloads",
              "v1",
              "v1beta1",
              "v1alpha3"),
          networking("EnvoyFilter", "there is no Envoy to patch", "v1alpha3"),
          networking("ProxyConfig", "there is no proxy to configure", "v1beta1"),
          extension("WasmPlugin"),
          extension("TrafficExtension"),
          new IgnoredKind(
              "Telemetry",
              "telemetry.istio.io",
              List.of("v1", "v1alpha1"),
              "metrics and traces are configured at the agents"));

  public IgnoredKind {
    versions = List.copyOf(versions);
  }

  public static List<IgnoredKind> all() {
    return ALL;
  }

  private static IgnoredKind networking(String kind, String reason, String... versions) {
    return new IgnoredKind(kind, "networking.istio.io", List.of(versions), reason);
  }

  private static IgnoredKind extension(String kind) {
    return new IgnoredKind(
        kind, "extensions.istio.io", List.of("v1alpha1"), "there is no proxy to extend");
  }
}
