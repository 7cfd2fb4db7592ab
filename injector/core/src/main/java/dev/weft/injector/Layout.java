package dev.weft.injector;

/** Names and paths in a pod of the mesh. */
final class Layout {

  /** The annotation that says what was done. */
  static final String STATUS = "weft.dev/status";

  /** The label of namespaces and pods that asks for injection, or against it. */
  static final String INJECT = "weft.dev/inject";

  static final String ENABLED = "enabled";
  static final String DISABLED = "disabled";

  /** The annotation that names the containers to inject; all where it is missing. */
  static final String CONTAINERS = "weft.dev/containers";

  /** The annotation that names the init containers to inject; none where it is missing. */
  static final String INIT_CONTAINERS = "weft.dev/init-containers";

  /** The label by which callers know that a pod speaks mutual TLS, as Istio's. */
  static final String TLS_MODE = "security.istio.io/tlsMode";

  static final String AGENT_VOLUME = "weft-agent";
  static final String AGENT_INIT = "weft-agent";
  static final String AGENT_DIRECTORY = "/weft/agent";
  static final String AGENT_FILE = "weft-agent.jar";
  static final String JAVAAGENT = "-javaagent:" + AGENT_DIRECTORY + "/" + AGENT_FILE;

  static final String IDENTITY_VOLUME = "weft-identity";
  static final String IDENTITY_DIRECTORY = "/var/run/secrets/weft.dev";
  static final String TOKEN_FILE = "token";
  static final String ROOT_FILE = "root-cert.pem";

  /** The ConfigMap with the mesh's roots, in every namespace; of that key. */
  static final String ROOT_MAP = "weft-root";

  /** Of the first container that has an agent; the next one has the next. */
  static final int METRICS_PORT = 15020;

  static final String METRICS_PATH = "/stats/prometheus";

  private Layout() {}
}
