package dev.weft.injector;

/**
 * What is to be said about an injection.
 *
 * @param container which one; empty: the pod
 */
public record Notice(Reason reason, String container, String message) {

  /** Kinds of notices; their names are an interface: Events, metrics and annotations have them. */
  public enum Reason {
    /** The variable with the JVM's options comes from elsewhere and may be absent. */
    OPTIONS_MAY_BE_ABSENT(Level.NOT_INJECTED),
    /** A container that is to be injected is not there. */
    NO_SUCH_CONTAINER(Level.NOT_INJECTED),
    /** The pod mounts something else where the agent is to be. */
    PATH_TAKEN(Level.NOT_INJECTED),
    /** The pod has a volume or an init container of ours that is not ours. */
    NAME_TAKEN(Level.NOT_INJECTED),
    /** An Envoy of Istio's, or Linkerd's proxy, is there already. */
    OTHER_MESH(Level.NOT_INJECTED),
    /** Neither the agent nor its delivery is for Windows. */
    WINDOWS(Level.NOT_INJECTED),
    /** No container is left that could be injected. */
    NOTHING_TO_INJECT(Level.NOT_INJECTED),
    /** What {@code envFrom} may say of the JVM's options is replaced. */
    OPTIONS_FROM_ENV_FROM(Level.WARNING),
    /** A setting of the mesh is the application's own. */
    SETTING_IS_OWN(Level.WARNING),
    /** Peers will use mutual TLS for ports that a container without the agent serves. */
    PORT_WITHOUT_AGENT(Level.WARNING),
    /** A health check that is refused while mutual TLS is demanded. */
    PROBE_REFUSED(Level.WARNING),
    /** Prometheus is told to scrape something else. */
    METRICS_NOT_SCRAPED(Level.INFO),
    /** The variable with the JVM's options comes from elsewhere, and ours is appended there. */
    OPTIONS_REFERRED_TO(Level.INFO);

    private final Level level;

    Reason(Level level) {
      this.level = level;
    }

    public Level level() {
      return level;
    }

    /** {@code OptionsMayBeAbsent}, as reasons of Events are written. */
    public String camelCase() {
      StringBuilder camel = new StringBuilder();
      for (String word : name().split("_")) {
        camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
      }
      return camel.toString();
    }
  }

  /** How much it matters. */
  public enum Level {
    /** For whoever wonders. */
    INFO,
    /** It works, but maybe not as somebody expects. */
    WARNING,
    /** A container, or the pod, is not part of the mesh. */
    NOT_INJECTED
  }

  static Notice ofPod(Reason reason, String message) {
    return new Notice(reason, "", message);
  }

  @Override
  public String toString() {
    return container.isEmpty() ? message : "container " + container + ": " + message;
  }
}
