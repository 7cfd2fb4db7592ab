package dev.weft.engine.config;

import java.util.List;

/** Virtual hosts; matched by domain as Envoy's route configuration. */
public record RouteTable(String name, List<VirtualHost> virtualHosts) {
  public RouteTable {
    virtualHosts = List.copyOf(virtualHosts);
  }

  /**
   * @param domains exact, {@code *suffix}, {@code prefix*} or {@code *}, with or without port; the
   *     most specific match over all virtual hosts wins, in that order
   */
  public record VirtualHost(String name, List<String> domains, List<Route> routes) {
    public VirtualHost {
      domains = List.copyOf(domains);
      routes = List.copyOf(routes);
    }
  }
}
