package dev.weft.harness.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** How to reach an API server as somebody. */
public record Kubeconfig(String server, String certificates, String token) {

  /** As a file has it. */
  public String text() {
    String authority =
        Base64.getEncoder().encodeToString(certificates.getBytes(StandardCharsets.US_ASCII));
    return String.format(
        Locale.ROOT,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: test
          cluster: {server: "%s", certificate-authority-data: "%s"}
        users:
        - name: test
          user: {token: "%s"}
        contexts:
        - name: test
          context: {cluster: test, user: test}
        current-context: test
        """,
        server,
        authority,
        token);
  }

  /** The same server, and somebody else. */
  public Kubeconfig as(String otherToken) {
    return new Kubeconfig(server, certificates, otherToken);
  }

  @Override
  public String toString() {
    return "kubeconfig of " + server;
  }
}
