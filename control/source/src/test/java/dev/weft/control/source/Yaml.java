package dev.weft.control.source;

import java.nio.charset.StandardCharsets;

/** Small resources for tests. */
final class Yaml {

  static final String BROKEN = "kind: VirtualService\n\tspec: tabs are not allowed\n";

  private Yaml() {}

  /** A rule that sends all of reviews to one subset. */
  static String rule(String name, String subset) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata:
      name: %s
    spec:
      hosts: [%s]
      http:
      - name: %s
        route:
        - destination: {host: %s, subset: %s}
    """
        .formatted(name, name, subset, name, subset);
  }

  static String negativeWeight(String name) {
    return rule(name, "v1") + "      weight: -1\n";
  }

  static FileContent content(String text) {
    return new FileContent.Bytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
