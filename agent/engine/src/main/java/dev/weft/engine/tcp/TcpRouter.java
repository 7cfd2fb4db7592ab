package dev.weft.engine.tcp;

import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.ConnectionSlots.Slot;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.OutboundTrafficPolicy;
import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Route;
import dev.weft.engine.config.TcpService.Share;
import dev.weft.engine.config.TcpTable;
import dev.weft.engine.hash.XxHash64;
import dev.weft.engine.telemetry.ResponseFlag;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses where a connection goes that the application makes. Never changes. */
public final class TcpRouter {

  private final TcpRoutes routes;
  private final boolean settled;
  private final Map<String, Balancer> balancers;
  private final Surroundings surroundings;

  /**
   * What choices depend on besides.
   *
   * @param others what becomes of connections to a routed service for which no route is
   * @param source our own address, which for a sidecar is the caller's; null: not known
   */
  public record Surroundings(
      OutboundTrafficPolicy others, RandomGenerator random, @Nullable String source) {}

  /** What becomes of a connection. */
  public sealed interface Decision {

    record Go(RoutedConnection connection) implements Decision {}

    /**
     * It is not made.
     *
     * @param destination for telemetry
     */
    record Refuse(Service destination, ResponseFlag flag, String reason) implements Decision {}
  }

  /**
   * @param balancers by the name of their cluster
   */
  public TcpRouter(TcpTable table, Map<String, Balancer> balancers, Surroundings surroundings) {
    this.routes = new TcpRoutes(table.services());
    this.settled = table.settled();
    this.balancers = balancers;
    this.surroundings = surroundings;
  }

  /** Whether all is here that connections are routed by. */
  public boolean isSettled() {
    return settled;
  }

  /** Null: it goes where the application connects. */
  public @Nullable Decision decide(InetSocketAddress remote) {
    TcpService service = routes.service(remote);
    if (service == null) {
      return null;
    }
    Route route = TcpRoutes.route(service, remote);
    if (route != null) {
      return decide(route, remote);
    }
    return surroundings.others.allowsAny()
        ? null
        : new Decision.Refuse(
            Service.UNKNOWN, ResponseFlag.NO_ROUTE, "no route: " + remote.getHostString());
  }

  private Decision decide(Route route, InetSocketAddress remote) {
    String name = draw(route.shares());
    Balancer balancer = balancers.get(name);
    if (balancer == null) {
      return new Decision.Refuse(Service.UNKNOWN, ResponseFlag.NO_CLUSTER, "no cluster: " + name);
    }
    Cluster cluster = balancer.cluster();
    Service service = cluster.destination();
    Slot slot = balancer.load().connections().take();
    if (slot == null) {
      return new Decision.Refuse(service, ResponseFlag.UPSTREAM_OVERFLOW, "overflow: " + name);
    }
    if (cluster.discovery() == Discovery.ORIGINAL) {
      return new Decision.Go(new RoutedConnection(cluster, remote, null, slot));
    }
    Upstream upstream = pick(balancer, route);
    if (upstream == null) {
      slot.end();
      return new Decision.Refuse(
          service, ResponseFlag.NO_HEALTHY_UPSTREAM, "no healthy upstream: " + name);
    }
    InetSocketAddress address = upstream.endpoint().address();
    return new Decision.Go(new RoutedConnection(cluster, address, upstream, slot));
  }

  private String draw(List<Share> shares) {
    if (shares.size() == 1) {
      return shares.get(0).cluster();
    }
    long sum = 0;
    for (Share share : shares) {
      sum += share.weight();
    }
    long drawn = surroundings.random.nextLong(sum);
    int i = 0;
    while (drawn >= shares.get(i).weight()) {
      drawn -= shares.get(i).weight();
      i++;
    }
    return shares.get(i).cluster();
  }

  /** Where nothing is hashed, consistent load balancers go where chance sends them, as in Envoy. */
  private @Nullable Upstream pick(Balancer balancer, Route route) {
    String source = surroundings.source;
    return route.bySource() && source != null && balancer.isConsistent()
        ? balancer.pick(surroundings.random, XxHash64.of(source))
        : balancer.pick(surroundings.random);
  }
}
