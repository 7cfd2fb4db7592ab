package dev.weft.control.xds.resource;

import com.google.protobuf.Duration;
import dev.weft.control.model.OutboundTrafficPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests to hosts that nobody knows, as istiod's {@code buildCatchAllVirtualHost}
 * has it for Envoy: a virtual host that lets them through or refuses them, and the two clusters
 * that stand for either. Agents have it in their host table.
 */
public final class UnknownHosts {

  /** The route configuration; no host can be called so. */
  public static final String ROUTES = "virtualOutbound";

  private static final String PASSTHROUGH = "PassthroughCluster";
  private static final String BLACK_HOLE = "BlackHoleCluster";

  /** The names of both clusters. */
  public static final List<String> CLUSTERS = List.of(PASSTHROUGH, BLACK_HOLE);

  private static final int BAD_GATEWAY = 502;

  private UnknownHosts() {}

  public static RouteConfiguration routes(OutboundTrafficPolicy policy) {
    return RouteConfiguration.newBuilder().setName(ROUTES).addVirtualHosts(host(policy)).build();
  }

  private static VirtualHost host(OutboundTrafficPolicy policy) {
    return switch (policy) {
      case ALLOW_ANY ->
          host(
              "allow_any",
              Route.newBuilder()
                  .setRoute(
                      RouteAction.newBuilder()
                          .setCluster(PASSTHROUGH)
                          .setTimeout(Duration.getDefaultInstance())));
      case REGISTRY_ONLY ->
          host(
              "block_all",
              Route.newBuilder()
                  .setDirectResponse(DirectResponseAction.newBuilder().setStatus(BAD_GATEWAY)));
    };
  }

  private static VirtualHost host(String name, Route.Builder route) {
    return VirtualHost.newBuilder()
        .setName(name)
        .addDomains("*")
        .setIncludeRequestAttemptCount(true)
        .addRoutes(route.setName(name).setMatch(RouteMatch.newBuilder().setPrefix("/")))
        .build();
  }

  /** Null where the name is neither's. */
  public static @Nullable Cluster cluster(String name) {
    return switch (name) {
      case PASSTHROUGH ->
          Cluster.newBuilder()
              .setName(PASSTHROUGH)
              .setType(DiscoveryType.ORIGINAL_DST)
              .setLbPolicy(LbPolicy.CLUSTER_PROVIDED)
              .build();
      case BLACK_HOLE ->
          Cluster.newBuilder().setName(BLACK_HOLE).setType(DiscoveryType.STATIC).build();
      default -> null;
    };
  }
}
