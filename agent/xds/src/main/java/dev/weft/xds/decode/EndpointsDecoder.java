package dev.weft.xds.decode;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.Locality;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.Literals;
import dev.weft.engine.config.TrafficPolicy.Availability;
import dev.weft.xds.proto.Address;
import dev.weft.xds.proto.ClusterLoadAssignment;
import dev.weft.xds.proto.ClusterLoadAssignmentPolicy;
import dev.weft.xds.proto.Endpoint;
import dev.weft.xds.proto.HealthStatus;
import dev.weft.xds.proto.LbEndpoint;
import dev.weft.xds.proto.LocalityLbEndpoints;
import dev.weft.xds.proto.SocketAddress;
import dev.weft.xds.proto.SocketAddressProtocol;
import dev.weft.xds.proto.UInt32Value;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.endpoint.v3.ClusterLoadAssignment}. */
final class EndpointsDecoder {

  private static final int MOST_PRIORITY = 128;

  /** What may stand where an address is expected. */
  enum Hosts {
    ADDRESSES,
    NAMES
  }

  private final Hosts hosts;

  EndpointsDecoder(Hosts hosts) {
    this.hosts = hosts;
  }

  static Endpoints decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    ClusterLoadAssignment assignment = ClusterLoadAssignment.parse(in);
    return new Endpoints(
        assignment.clusterName(),
        new EndpointsDecoder(Hosts.ADDRESSES).endpoints(assignment, Where.ROOT),
        overprovisioning(assignment));
  }

  private static int overprovisioning(ClusterLoadAssignment assignment)
      throws InvalidResourceException {
    ClusterLoadAssignmentPolicy policy = assignment.policy();
    return policy == null || policy.overprovisioningFactor() == null
        ? Availability.DEFAULT.overprovisioning()
        : Numbers.from(
            1,
            policy.overprovisioningFactor().value(),
            Where.ROOT.in("policy").in("overprovisioning_factor"));
  }

  /** The cluster, with what its own endpoints say of that. */
  static Cluster overprovisioned(Cluster cluster, ClusterLoadAssignment assignment)
      throws InvalidResourceException {
    return new Endpoints("", List.of(), overprovisioning(assignment)).in(cluster);
  }

  List<Cluster.Endpoint> endpoints(ClusterLoadAssignment assignment, Where where)
      throws InvalidResourceException {
    List<Cluster.Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < assignment.endpoints().size(); i++) {
      LocalityLbEndpoints locality = assignment.endpoints().get(i);
      Where here = where.in("endpoints", i);
      if (locality.priority() > MOST_PRIORITY) {
        throw here.in("priority")
            .refuse(locality.priority() + " (expected: 0 to " + MOST_PRIORITY + ")");
      }
      Place place = new Place((int) locality.priority(), locality(locality, here));
      List<LbEndpoint> members = locality.lbEndpoints();
      for (int k = 0; k < members.size(); k++) {
        endpoints.add(endpoint(members.get(k), place, here.in("lb_endpoints", k)));
      }
    }
    return endpoints;
  }

  private record Place(int priority, Locality locality) {}

  private static Locality locality(LocalityLbEndpoints group, Where where)
      throws InvalidResourceException {
    dev.weft.xds.proto.Locality locality = group.locality();
    UInt32Value weight = group.loadBalancingWeight();
    int known =
        weight == null ? 0 : Numbers.from(0, weight.value(), where.in("load_balancing_weight"));
    return locality == null
        ? new Locality("", "", "", known)
        : new Locality(locality.region(), locality.zone(), locality.subZone(), known);
  }

  private Cluster.Endpoint endpoint(LbEndpoint member, Place place, Where where)
      throws InvalidResourceException {
    Endpoint endpoint = member.endpoint();
    Address address = endpoint == null ? null : endpoint.address();
    SocketAddress socket = address == null ? null : address.socketAddress();
    Where at = where.in("endpoint").in("address").in("socket_address");
    if (socket == null) {
      throw at.refuse("absent (expected: address and port)");
    }
    int weight =
        member.loadBalancingWeight() == null
            ? 1
            : Numbers.from(
                1, member.loadBalancingWeight().value(), where.in("load_balancing_weight"));
    return new Cluster.Endpoint(
        address(socket, at),
        weight,
        health(member),
        place.priority,
        place.locality,
        workload(member));
  }

  private InetSocketAddress address(SocketAddress socket, Where where)
      throws InvalidResourceException {
    if (socket.protocol() != SocketAddressProtocol.TCP) {
      throw where
          .in("protocol")
          .refuse(SocketAddressProtocol.name(socket.protocol()) + " (expected: TCP)");
    }
    int port = Numbers.port(socket.portValue(), where.in("port_value"));
    String host = socket.address();
    InetAddress literal = Literals.parse(host);
    if (literal != null) {
      return new InetSocketAddress(literal, port);
    }
    if (hosts == Hosts.ADDRESSES || host.isEmpty()) {
      throw where.in("address").refuse("\"" + host + "\" (expected: an IP address)");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  private static Health health(LbEndpoint member) {
    return switch (member.healthStatus()) {
      case HealthStatus.UNHEALTHY, HealthStatus.TIMEOUT -> Health.UNHEALTHY;
      case HealthStatus.DRAINING -> Health.DRAINING;
      default -> Health.HEALTHY; // unknown and degraded ones, too
    };
  }

  private static Workload workload(LbEndpoint member) {
    String text = Metadata.find(Metadata.istio(member.metadata()), "workload");
    return text == null ? Workload.UNKNOWN : Workload.parse(text);
  }
}
