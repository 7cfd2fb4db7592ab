package dev.weft.control.xds.resource;

import dev.weft.control.api.v1.KnownService;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Endpoint;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Where connections of one caller may go under {@code REGISTRY_ONLY}: what a sidecar has listeners
 * for, and besides the endpoints themselves, to which an agent's own requests connect.
 */
final class KnownServices {

  private KnownServices() {}

  static List<KnownService> of(CallerView view) {
    List<KnownService> known = new ArrayList<>();
    for (Service service : view.addressable()) {
      known.add(known(view, service));
    }
    return known;
  }

  private static KnownService known(CallerView view, Service service) {
    NavigableSet<String> names = new TreeSet<>(view.aliases(service));
    String host = service.host().value();
    names.add(service.host().isWildcard() ? host.substring(1) : host);
    NavigableSet<Integer> ports = new TreeSet<>();
    NavigableSet<String> endpoints = new TreeSet<>();
    for (ServicePort port : service.ports()) {
      if (port.protocol() == Protocol.UDP) {
        continue;
      }
      ports.add(port.number());
      for (Endpoint endpoint : service.endpoints(port.number())) {
        if (endpoint.address().indexOf('/') < 0) { // else of the Unix domain
          endpoints.add(HostTableResource.authority(endpoint.address(), endpoint.port()));
        }
      }
    }
    return KnownService.newBuilder()
        .addAllNames(names)
        .addAllAddresses(new TreeSet<>(service.addresses()))
        .addAllPorts(ports)
        .addAllEndpoints(endpoints)
        .build();
  }
}
