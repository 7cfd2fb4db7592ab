package dev.weft.engine.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named set of endpoints.
 *
 * @param name as Istio's: {@code outbound|9080|v1|reviews.default.svc.cluster.local}
 * @param transport what is spoken to the endpoints
 * @param destination the service, for telemetry
 * @param endpoints with {@link Discovery#LOGICAL} one, whose address is unresolved
 */
public record Cluster(
    String name,
    Discovery discovery,
    TrafficPolicy policy,
    Transport transport,
    Service destination,
    List<Endpoint> endpoints) {

  public Cluster {
    endpoints = List.copyOf(endpoints);
  }

  /** Of which nothing is said about TLS. */
  public Cluster(
      String name,
      Discovery discovery,
      TrafficPolicy policy,
      Service destination,
      List<Endpoint> endpoints) {
    this(name, discovery, policy, Transport.Plain.AUTO, destination, endpoints);
  }

  /** With nothing but a load balancer and a timeout. */
  public Cluster(
      String name,
      Discovery discovery,
      LoadBalancing balancing,
      Duration connectTimeout,
      Service destination,
      List<Endpoint> endpoints) {
    this(name, discovery, TrafficPolicy.of(balancing, connectTimeout), destination, endpoints);
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
    RANDOM,
    /** Consistent: the next point on a ring. */
    RING_HASH,
    /** Consistent: a slot of a table. */
    MAGLEV;

    /** Whether the request's hash decides. */
    public boolean isConsistent() {
      return this == RING_HASH || this == MAGLEV;
    }
  }

  /**
   * Where endpoints are.
   *
   * @param weight of all endpoints there together, within their priority; 0: none was given
   */
  public record Locality(String region, String zone, String subZone, int weight)
      implements Comparable<Locality> {
    public static final Locality UNKNOWN = new Locality("", "", "", 0);

    private static final Comparator<Locality> ORDER =
        Comparator.comparing(Locality::region)
            .thenComparing(Locality::zone)
            .thenComparing(Locality::subZone)
            .thenComparing(Locality::weight);

    @Override
    public int compareTo(Locality other) {
      return ORDER.compare(this, other);
    }
  }

  /** {@code destination_service} and its parts; {@code unknown} where not known. */
  public record Service(String host, String name, String namespace) {
    public static final Service UNKNOWN = new Service("unknown", "unknown", "unknown");

    // Written out, like those of Workload: a record's own are linked at first use, on the path of
    // the application's first request, at a cost of many milliseconds.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Service service
              && host.equals(service.host)
              && name.equals(service.name)
              && namespace.equals(service.namespace));
    }

    @Override
    public int hashCode() {
      return (host.hashCode() * 31 + name.hashCode()) * 31 + namespace.hashCode();
    }
  }

  /**
   * @param weight at least 1
   * @param priority 0 is tried first
   */
  public record Endpoint(
      InetSocketAddress address,
      int weight,
      Health health,
      int priority,
      Locality locality,
      Workload workload) {

    /** In no known locality. */
    public Endpoint(
        InetSocketAddress address, int weight, Health health, int priority, Workload workload) {
      this(address, weight, health, priority, Locality.UNKNOWN, workload);
    }

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

  /**
   * Who serves or calls: Istio's workload metadata; {@code unknown} where not known.
   *
   * @param canonicalService the label {@code service.istio.io/canonical-name}, else the app's name
   * @param canonicalRevision the label {@code service.istio.io/canonical-revision}, else the
   *     version, else {@code latest}
   */
  public record Workload(
      String name,
      String namespace,
      String canonicalService,
      String canonicalRevision,
      String app,
      String version,
      String cluster) {

    public static final Workload UNKNOWN =
        new Workload("unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown");

    /**
     * From the endpoint metadata {@code filter_metadata["istio"]["workload"]}: {@code
     * name;namespace;canonical-service;canonical-revision;cluster}, any of them empty or missing at
     * the end. It carries neither app nor version: the canonical names stand for them.
     */
    public static Workload parse(String metadata) {
      String[] parts = metadata.split(";", -1);
      String service = part(parts, 2);
      String revision = part(parts, 3);
      return new Workload(
          part(parts, 0), part(parts, 1), service, revision, service, revision, part(parts, 4));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Workload workload
              && name.equals(workload.name)
              && namespace.equals(workload.namespace)
              && canonicalService.equals(workload.canonicalService)
              && canonicalRevision.equals(workload.canonicalRevision)
              && app.equals(workload.app)
              && version.equals(workload.version)
              && cluster.equals(workload.cluster));
    }

    @Override
    public int hashCode() {
      int hash = name.hashCode() * 31 + namespace.hashCode();
      hash = hash * 31 + canonicalService.hashCode();
      hash = hash * 31 + canonicalRevision.hashCode();
      hash = hash * 31 + app.hashCode();
      hash = hash * 31 + version.hashCode();
      return hash * 31 + cluster.hashCode();
    }

    private static String part(String[] parts, int index) {
      return index < parts.length && !parts[index].isEmpty() ? parts[index] : "unknown";
    }
  }
}
