package dev.weft.xds;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a client is set up.
 *
 * @param host of the control service
 * @param port of the control service
 * @param workload who we are
 * @param timing how long things may take
 * @param identified whether this process has an identity, and so is told of those of others
 */
public record ControlSettings(
    String host, int port, Workload workload, Timing timing, boolean identified) {

  public ControlSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
    }
  }

  /** Of a process without an identity. */
  public ControlSettings(String host, int port, Workload workload, Timing timing) {
    this(host, port, workload, timing, false);
  }

  /** With the usual timing. */
  public static ControlSettings of(String host, int port, Workload workload) {
    return new ControlSettings(host, port, workload, Timing.USUAL);
  }

  /** The same, of a process that has an identity. */
  public ControlSettings withIdentity() {
    return new ControlSettings(host, port, workload, timing, true);
  }

  public String authority() {
    return authority(host, port);
  }

  static String authority(String host, int port) {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }

  /**
   * This process.
   *
   * @param instance chosen at random by each process
   * @param name the service's
   * @param labels {@code version} and {@code app} among them
   * @param address an IP address at which others reach the workload's ports
   * @param process of the running agent
   */
  public record Workload(
      String instance,
      String name,
      String namespace,
      Map<String, String> labels,
      String address,
      ProcessFacts process) {
    public Workload {
      labels = Map.copyOf(labels);
    }

    /** The name of what holds at this workload: namespace, and labels sorted by key. */
    String selected() {
      StringBuilder name = new StringBuilder(namespace).append('?');
      new TreeMap<>(labels)
          .forEach(
              (key, value) ->
                  name.append(name.charAt(name.length() - 1) == '?' ? "" : "&")
                      .append(key)
                      .append('=')
                      .append(value));
      return name.toString();
    }

    /** {@code weft~address~instance.namespace~namespace.svc.cluster.local}, as Istio's nodes. */
    String nodeId() {
      String domain = namespace + ".svc.cluster.local";
      return "weft~" + address + "~" + instance + "." + namespace + "~" + domain;
    }
  }

  /**
   * @param agentVersion ours
   * @param javaVersion the JVM's
   * @param pid of the process
   * @param metricsAddress host:port at which metrics are served; empty: nowhere
   */
  public record ProcessFacts(
      String agentVersion, String javaVersion, long pid, String metricsAddress) {}

  /**
   * @param connect to a TCP connection
   * @param answer from the connection to the first answer
   * @param keepAlive between signs of life that are asked for; half of it may pass without one
   * @param firstRetry at most, after a connection is lost; doubles with each failure
   * @param lastRetry the longest that it doubles to
   */
  public record Timing(
      Duration connect,
      Duration answer,
      Duration keepAlive,
      Duration firstRetry,
      Duration lastRetry) {

    public static final Timing USUAL =
        new Timing(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofMillis(100),
            Duration.ofSeconds(10));
  }
}
