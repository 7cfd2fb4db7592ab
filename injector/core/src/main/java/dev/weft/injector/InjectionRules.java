package dev.weft.injector;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * What an operator decides about injection; {@link RulesReader} reads it from YAML.
 *
 * @param revision of the control service; empty: the one without
 * @param control where agents find it, host:port
 * @param trustDomain of identities
 * @param token how pods prove who they are
 * @param images where the agent comes from
 * @param delivery how it gets into a pod
 * @param options which variable tells JVMs to load it
 * @param failMode {@code open} or {@code closed}: what happens before the first configuration
 * @param prometheus whether pods are annotated for Prometheus
 * @param resources of the init container, as in a pod
 * @param settings variables for every container, by name
 * @param excludedNamespaces where nothing is ever injected
 */
public record InjectionRules(
    String revision,
    String control,
    String trustDomain,
    Token token,
    Images images,
    Delivery delivery,
    OptionsVariable options,
    String failMode,
    Prometheus prometheus,
    ObjectNode resources,
    Map<String, String> settings,
    Set<String> excludedNamespaces) {

  /**
   * The service account's token that is projected into a pod.
   *
   * @param seconds how long one holds; the kubelet renews it at four fifths of that
   */
  public record Token(String audience, long seconds) {}

  /**
   * @param tools with the agent and a JVM, for init containers
   * @param agent with the agent alone, for image volumes
   * @param pullPolicy of both
   */
  public record Images(String tools, String agent, String pullPolicy) {}

  /** How the agent gets into a pod. */
  public enum Delivery {
    /** An init container copies it. */
    INIT_CONTAINER("initContainer"),
    /** Its image is mounted: Kubernetes 1.35, or the feature gate {@code ImageVolume}. */
    IMAGE_VOLUME("imageVolume"),
    /** The second where the API server is recent enough, else the first. */
    AUTO("auto");

    private final String word;

    Delivery(String word) {
      this.word = word;
    }

    /** As in rules. */
    public String word() {
      return word;
    }
  }

  /** Which variable tells JVMs to load the agent. */
  public enum OptionsVariable {
    /** Every JVM heeds it, the JDK's tools as well. */
    JAVA_TOOL_OPTIONS,
    /** The launcher {@code java} alone heeds it. */
    JDK_JAVA_OPTIONS
  }

  /** Whether pods are annotated for Prometheus. */
  public enum Prometheus {
    ANNOTATED,
    LEFT_ALONE
  }

  public InjectionRules {
    settings = Map.copyOf(settings);
    excludedNamespaces = Set.copyOf(excludedNamespaces);
    resources = resources.deepCopy();
  }

  /** What holds where nothing is said. */
  public static final InjectionRules DEFAULT =
      new InjectionRules(
          "",
          "weft-control.weft-system.svc:15012",
          "cluster.local",
          new Token("weft", 43_200),
          new Images("weft:0.1.0", "weft-agent:0.1.0", "IfNotPresent"),
          Delivery.INIT_CONTAINER,
          OptionsVariable.JAVA_TOOL_OPTIONS,
          "closed",
          Prometheus.ANNOTATED,
          defaultResources(),
          Map.of(),
          Set.of("kube-system", "kube-public", "kube-node-lease", "cert-manager", "weft-system"));

  private static ObjectNode defaultResources() {
    ObjectNode resources = JsonNodeFactory.instance.objectNode();
    resources.putObject("requests").put("cpu", "10m").put("memory", "64Mi");
    resources.putObject("limits").put("memory", "128Mi");
    return resources;
  }

  /**
   * With {@link Delivery#AUTO} decided.
   *
   * @param minor of the API server's version 1.x
   */
  public InjectionRules forServer(int minor) {
    return delivery == Delivery.AUTO
        ? with(minor >= IMAGE_VOLUMES_SINCE ? Delivery.IMAGE_VOLUME : Delivery.INIT_CONTAINER)
        : this;
  }

  /** On by default since then (KEP-4639). */
  private static final int IMAGE_VOLUMES_SINCE = 35;

  private InjectionRules with(Delivery decided) {
    return new InjectionRules(
        revision,
        control,
        trustDomain,
        token,
        images,
        decided,
        options,
        failMode,
        prometheus,
        resources,
        settings,
        excludedNamespaces);
  }
}
