package dev.weft.testapps.bench;

import dev.weft.harness.HarnessException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is between the two applications of a pair. The load always comes in plaintext. */
enum Kind {
  /** Nothing: no agent, plaintext. */
  PLAIN("plain"),
  /**
   * No agent; mutual TLS 1.3 by the libraries' own means: Tomcat's connector, the client's context.
   */
  JSSE("jsse"),
  /** The agent, without identities: rules and telemetry, plaintext. */
  WEFT("weft"),
  /** All of the agent: rules, telemetry, mutual TLS. */
  WEFT_MTLS("weft-mtls"),
  /** The agent's socket layer alone, with mutual TLS. */
  SOCKETS_MTLS("sockets-mtls"),
  /** The agent's socket layer alone in the relay, and an echo that is not the mesh's. */
  SOCKETS_PLAIN("sockets-plain");

  /** What is not woven where only the socket layer is measured. */
  private static final Map<String, String> SOCKETS_ALONE =
      Map.of(
          "WEFT_INSTRUMENTATION_TOMCAT_ENABLED", "false",
          "WEFT_INSTRUMENTATION_JAVA_HTTP_CLIENT_ENABLED", "false",
          "WEFT_INSTRUMENTATION_CONCURRENT_ENABLED", "false");

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  /** Two of them, comma-separated: what is compared, the base first. */
  static List<Kind> two(String text) throws HarnessException {
    List<Kind> kinds = new ArrayList<>();
    for (String name : text.split(",", -1)) {
      kinds.add(
          Arrays.stream(values())
              .filter(kind -> kind.label.equals(name))
              .findFirst()
              .orElseThrow(() -> unknown(text)));
    }
    if (kinds.size() != 2 || kinds.get(0) == kinds.get(1)) {
      throw unknown(text);
    }
    return kinds;
  }

  private static HarnessException unknown(String found) {
    return new HarnessException(
        String.format(
            Locale.ROOT,
            "--pairs: %s (expected: two of %s)",
            found,
            Arrays.stream(values()).map(Kind::toString).toList()));
  }

  /** Whether an application of such a pair has the agent. */
  boolean hasAgent(boolean isEcho) {
    return this != PLAIN && this != JSSE && !(this == SOCKETS_PLAIN && isEcho);
  }

  boolean hasIdentity() {
    return this != WEFT;
  }

  boolean isNamedByService() {
    return this == WEFT || this == WEFT_MTLS;
  }

  Map<String, String> settings() {
    return this == SOCKETS_MTLS || this == SOCKETS_PLAIN ? SOCKETS_ALONE : Map.of();
  }

  @Override
  public String toString() {
    return label;
  }
}
