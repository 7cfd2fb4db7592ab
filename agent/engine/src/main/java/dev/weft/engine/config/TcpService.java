package dev.weft.engine.config;

import java.util.List;

/**
 * A port of a service whose connections are routed, one by one, when they are made.
 *
 * @param names under which applications connect: hosts and their aliases, lower case; those of a
 *     wildcard by what follows the star, {@code .example.com}
 * @param addresses at which applications connect besides, whatever the name
 */
public record TcpService(List<String> names, List<Subnet> addresses, int port, List<Route> routes) {

  public TcpService {
    names = List.copyOf(names);
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  /**
   * Where connections go.
   *
   * @param subnets of which the address must be in one; empty: any
   * @param serverNames of which the name that the application connects to must be one, {@code
   *     *.example.com} for those below, {@code *} for all; empty: any
   * @param bySource whether the caller's address is what consistent load balancers hash
   */
  public record Route(
      List<Subnet> subnets, List<String> serverNames, List<Share> shares, boolean bySource) {
    public Route {
      subnets = List.copyOf(subnets);
      serverNames = List.copyOf(serverNames);
      shares = List.copyOf(shares);
      if (shares.isEmpty()) {
        throw new IllegalArgumentException("shares: none (expected: at least one)");
      }
    }
  }

  /**
   * A cluster, and its share of the sum of weights.
   *
   * @param weight at least 1
   */
  public record Share(String cluster, int weight) {
    public Share {
      if (weight < 1) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: >= 1)");
      }
    }
  }
}
