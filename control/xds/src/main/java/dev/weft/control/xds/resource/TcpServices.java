package dev.weft.control.xds.resource;

import dev.weft.control.api.v1.TcpRoute;
import dev.weft.control.api.v1.TcpService;
import dev.weft.control.api.v1.TcpShare;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.L4Route;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.WeightedDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Where the connections of one caller go: what a sidecar has TCP listeners for. Agents decide when
 * their application connects, by the name or address that it connects to.
 */
final class TcpServices {

  private TcpServices() {}

  /** In the model's order, in which the first of those with the same address goes first. */
  static List<TcpService> of(CallerView view) {
    List<TcpService> services = new ArrayList<>();
    for (Service service : view.addressable()) {
      for (ServicePort port : service.ports()) {
        List<L4Route> routes = view.connections(service, port);
        if (!routes.isEmpty()) {
          services.add(service(view, service, port.number(), routes));
        }
      }
    }
    return services;
  }

  private static TcpService service(
      CallerView view, Service service, int port, List<L4Route> routes) {
    NavigableSet<String> names = new TreeSet<>(view.aliases(service));
    String host = service.host().value();
    names.add(service.host().isWildcard() ? host.substring(1) : host);
    TcpService.Builder built =
        TcpService.newBuilder()
            .addAllNames(names)
            .addAllAddresses(new TreeSet<>(service.addresses()))
            .setPort(port);
    for (L4Route route : routes) {
      route.matches().forEach(match -> built.addRoutes(route(route, match)));
    }
    return built.build();
  }

  private static TcpRoute route(L4Route route, L4Route.Match match) {
    TcpRoute.Builder built =
        TcpRoute.newBuilder()
            .addAllSubnets(match.subnets())
            .addAllServerNames(match.serverNames())
            .setBySource(route.hashesSource());
    for (WeightedDestination destination : route.destinations()) {
      built.addShares(
          TcpShare.newBuilder()
              .setCluster(Names.cluster(destination.destination()))
              .setWeight(destination.weight()));
    }
    return built.build();
  }
}
