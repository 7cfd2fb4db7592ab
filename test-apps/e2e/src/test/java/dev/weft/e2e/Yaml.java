package dev.weft.e2e;

/** Configuration that several tests put in force. */
public final class Yaml {

  /** Nobody in the mesh is answered without mutual TLS. */
  public static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: istio-system}
      spec: {mtls: {mode: STRICT}}
      """;

  private Yaml() {}

  /** A service of HTTP at port 8080, served by the workloads that have its name as their app. */
  public static String service(String name) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s}
    spec:
      selector: {app: %1$s}
      ports: [{name: http, port: 8080}]
    """
        .formatted(name);
  }

  /**
   * A DestinationRule of that name.
   *
   * @param policy the fields of its trafficPolicy
   */
  public static String trafficPolicy(String host, String policy) {
    return """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: %1$s}
    spec:
      host: %1$s
      trafficPolicy:
    %2$s\
    """
        .formatted(host, policy.indent(4));
  }
}
