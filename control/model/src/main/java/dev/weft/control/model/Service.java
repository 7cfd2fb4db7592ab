package dev.weft.control.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host that callers may name, with its ports and what serves them. A ServiceEntry with several
 * hosts is several of these.
 *
 * @param host the full name; a wildcard for ServiceEntries that say so
 * @param namespace where it is defined
 * @param selector which workloads serve it; empty when endpoints are written out or found by name
 * @param addresses virtual addresses under which it is known besides its host, as written (IP or
 *     CIDR)
 * @param endpoints by service port number; a port without any is present with an empty list
 * @param subjectAltNames which identities may serve it under a rule with TLS; empty: whichever the
 *     rule or the mesh says
 */
public record Service(
    Fqdn host,
    Namespace namespace,
    List<ServicePort> ports,
    Map<String, String> selector,
    Origin origin,
    Location location,
    Resolution resolution,
    List<String> addresses,
    Map<Integer, List<Endpoint>> endpoints,
    ExportTo exportTo,
    List<String> subjectAltNames) {

  /** What defined it. */
  public enum Origin {
    KUBERNETES,
    SERVICE_ENTRY,
    /** No resource: a workload of this name has registered and listens. */
    IMPLICIT
  }

  /** Whether it is part of the mesh (its endpoints may be asked for identities) or outside. */
  public enum Location {
    MESH_INTERNAL,
    MESH_EXTERNAL
  }

  /** How an address is found; ServiceEntry's {@code resolution}. */
  public enum Resolution {
    /** The address that the caller itself resolved. */
    NONE,
    /** The endpoints. */
    STATIC,
    /** All addresses that DNS gives for the endpoints, or for the host where there are none. */
    DNS,
    /** The first address that DNS gives, per new connection. */
    DNS_ROUND_ROBIN
  }

  public Service {
    ports = List.copyOf(ports);
    selector = Map.copyOf(selector);
    addresses = List.copyOf(addresses);
    endpoints = Map.copyOf(endpoints);
    subjectAltNames = List.copyOf(subjectAltNames);
  }

  public Optional<ServicePort> port(int number) {
    return ports.stream().filter(port -> port.number() == number).findFirst();
  }

  public List<Endpoint> endpoints(int port) {
    return endpoints.getOrDefault(port, List.of());
  }

  public Service exportedTo(ExportTo other) {
    return new Service(
        host,
        namespace,
        ports,
        selector,
        origin,
        location,
        resolution,
        addresses,
        endpoints,
        other,
        subjectAltNames);
  }
}
