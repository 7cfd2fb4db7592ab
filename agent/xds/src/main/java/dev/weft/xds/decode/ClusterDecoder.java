package dev.weft.xds.decode;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.xds.proto.ClusterDiscoveryType;
import dev.weft.xds.proto.ClusterLoadAssignment;
import dev.weft.xds.proto.Struct;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.time.Duration;
import java.util.List;

/** {@code envoy.config.cluster.v3.Cluster}. */
final class ClusterDecoder {

  /** Envoy's. */
  private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final dev.weft.xds.proto.Cluster cluster;
  private final Where where = Where.ROOT;

  private ClusterDecoder(dev.weft.xds.proto.Cluster cluster) {
    this.cluster = cluster;
  }

  static ClusterConfig decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    return new ClusterDecoder(dev.weft.xds.proto.Cluster.parse(in)).config();
  }

  private ClusterConfig config() throws InvalidResourceException {
    Integer type = cluster.type();
    int discovery = type == null ? ClusterDiscoveryType.STATIC : type;
    return switch (discovery) {
      case ClusterDiscoveryType.EDS ->
          new ClusterConfig(cluster(Discovery.ENDPOINTS, List.of()), endpointsName());
      case ClusterDiscoveryType.STATIC ->
          complete(Discovery.ENDPOINTS, inline(EndpointsDecoder.Hosts.ADDRESSES));
      case ClusterDiscoveryType.STRICT_DNS -> {
        List<Cluster.Endpoint> names = inline(EndpointsDecoder.Hosts.NAMES);
        // Several names are balanced, and each is looked up when it is connected to.
        yield complete(names.size() == 1 ? Discovery.LOGICAL : Discovery.ENDPOINTS, names);
      }
      case ClusterDiscoveryType.LOGICAL_DNS -> {
        List<Cluster.Endpoint> names = inline(EndpointsDecoder.Hosts.NAMES);
        if (names.size() != 1) {
          throw where
              .in("load_assignment")
              .refuse(names.size() + " endpoints (expected: 1, with LOGICAL_DNS)");
        }
        yield complete(Discovery.LOGICAL, names);
      }
      case ClusterDiscoveryType.ORIGINAL_DST -> complete(Discovery.ORIGINAL, List.of());
      default ->
          throw where
              .in("type")
              .refuse(
                  discovery + " (expected: STATIC, STRICT_DNS, LOGICAL_DNS, EDS or ORIGINAL_DST)");
    };
  }

  private String endpointsName() {
    String name =
        cluster.edsClusterConfig() == null ? "" : cluster.edsClusterConfig().serviceName();
    return name.isEmpty() ? cluster.name() : name;
  }

  private List<Cluster.Endpoint> inline(EndpointsDecoder.Hosts hosts)
      throws InvalidResourceException {
    ClusterLoadAssignment assignment = cluster.loadAssignment();
    return assignment == null
        ? List.of()
        : new EndpointsDecoder(hosts).endpoints(assignment, where.in("load_assignment"));
  }

  private ClusterConfig complete(Discovery discovery, List<Cluster.Endpoint> endpoints)
      throws InvalidResourceException {
    Cluster whole = cluster(discovery, endpoints);
    ClusterLoadAssignment assignment = cluster.loadAssignment();
    return new ClusterConfig(
        assignment == null ? whole : EndpointsDecoder.overprovisioned(whole, assignment), null);
  }

  private Cluster cluster(Discovery discovery, List<Cluster.Endpoint> endpoints)
      throws InvalidResourceException {
    if (cluster.name().isEmpty()) {
      throw where.in("name").refuse("empty (expected: a name)");
    }
    Duration timeout = Durations.of(cluster.connectTimeout(), where.in("connect_timeout"));
    if (timeout != null && timeout.isZero()) {
      throw where.in("connect_timeout").refuse("0 (expected: above 0)");
    }
    return new Cluster(
        cluster.name(),
        discovery,
        new TrafficDecoder(cluster, where)
            .policy(discovery, timeout == null ? DEFAULT_CONNECT_TIMEOUT : timeout),
        new TransportDecoder(cluster, where).transport(),
        service(),
        endpoints);
  }

  /** Istio's {@code metadata.filter_metadata["istio"]["services"]}. */
  private Cluster.Service service() {
    Struct service = Metadata.firstOf(Metadata.istio(cluster.metadata()), "services");
    if (service == null) {
      return Cluster.Service.UNKNOWN;
    }
    return new Cluster.Service(
        Metadata.text(service, "host"),
        Metadata.text(service, "name"),
        Metadata.text(service, "namespace"));
  }
}
