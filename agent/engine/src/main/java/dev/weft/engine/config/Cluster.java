package dev.weft.engine.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A named set of endpoints.
 *
 * @param name as Istio's: {@code outbound|9080|v1|reviews.default.svc.cluster.local}
 * @param destination the service, for telemetry
 * @param endpoints with {@link Discovery#LOGICAL} one, whose address is unresolved
 */
public record Cluster(
    String name,
    Discovery discovery,
    LoadBalancing balancing,
    Duration connectTimeout,
    Service destination,
    List<Endpoint> endpoints) {

  public Cluster {
    endpoints = List.copyOf(endpoints);
  }

  /** Where endpoints come from. */
  public enum Discovery {
    /** The endpoints listed. */
    ENDPOINTS,
    /** The library looks the endpoint's name up at connect time (Envoy's LOGICAL_DNS). */
    LOGICAL,
    /** The address the application itself asked for (Envoy's ORIGINAL_DST). */
    ORIGINAL
  }

  public enum LoadBalancing {
    ROUND_ROBIN,
    /** Power of two choices over active requests. */
    LEAST_REQUEST,
    RANDOM
  }

  /** {@code destination_service} and its parts; {@code unknown} where not known. */
  public record Service(String host, String name, String namespace) {
    public static final Service UNKNOWN = new Service("unknown", "unknown", "unknown");
  }

  /**
   * @param weight at least 1
   * @param priority 0 is tried first
   */
  public record Endpoint(
      InetSocketAddress address, int weight, Health health, int priority, Workload workload) {
    public Endpoint {
      if (weight < 1) {
        throw new IllegalArgumentException("endpoint weight: " + weight + " (expected: >= 1)");
      }
    }
  }

  public enum Health {
    HEALTHY,
    /** Not picked. */
    UNHEALTHY,
    /** Not picked for new requests, finishes those in flight. */
    DRAINING
  }

  /** Who serves: Istio's workload metadata; {@code unknown} where not known. */
  public record Workload(
      String name, String namespace, String app, String version, String cluster) {
    public static final Workload UNKNOWN =
        new Workload("unknown", "unknown", "unknown", "unknown", "unknown");
  }
}
