package dev.weft.control.xds.resource;

import com.google.protobuf.BoolValue;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.WeightedDestination;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.MaxStreamDuration;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host and port; one match block is one route, in the rule's order, as istiod's
 * route.go has it.
 */
public final class RoutesResource {

  private final Profile profile;

  public RoutesResource(Profile profile) {
    this.profile = profile;
  }

  /**
   * One virtual host for any domain: the listener's name has chosen the host already, under
   * whichever of its names.
   */
  public RouteConfiguration of(RoutedHost host, List<HttpRoute> routes) {
    VirtualHost.Builder virtualHost =
        VirtualHost.newBuilder()
            .setName(host.host() + ":" + host.port())
            .addDomains("*")
            .setIncludeRequestAttemptCount(true);
    for (HttpRoute route : routes) {
      for (@Nullable RouteMatch match : blocks(route)) {
        virtualHost.addRoutes(route(route, match));
      }
    }
    return RouteConfiguration.newBuilder()
        .setName(Names.routes(host))
        .addVirtualHosts(virtualHost)
        // A route may name a cluster that does not exist: 503 NC for its requests, not a refusal.
        .setValidateClusters(BoolValue.of(false))
        .build();
  }

  /** At least one: a route without blocks matches everything, which null stands for. */
  private static List<@Nullable RouteMatch> blocks(HttpRoute route) {
    List<@Nullable RouteMatch> blocks = new ArrayList<>(route.matches());
    if (blocks.isEmpty()) {
      blocks.add(null);
    }
    return blocks;
  }

  private Route route(HttpRoute route, @Nullable RouteMatch match) {
    Edits request = Edits.of(route.headers().request());
    Edits response = Edits.of(route.headers().response());
    if (route.destinations().size() == 1) {
      var own = route.destinations().get(0).headers();
      request = request.then(Edits.of(own.request()));
      response = response.then(Edits.of(own.response()));
    }
    return Route.newBuilder()
        .setName(name(route, match))
        .setMatch(Matches.of(match))
        .setRoute(action(route))
        .addAllRequestHeadersToAdd(request.add())
        .addAllRequestHeadersToRemove(request.remove())
        .addAllResponseHeadersToAdd(response.add())
        .addAllResponseHeadersToRemove(response.remove())
        .build();
  }

  /** {@code route.block} where the block is named too, as istiod has it. */
  private static String name(HttpRoute route, @Nullable RouteMatch match) {
    return match == null || match.name().isEmpty()
        ? route.name()
        : route.name() + "." + match.name();
  }

  private RouteAction action(HttpRoute route) {
    RouteAction.Builder action =
        RouteAction.newBuilder().setTimeout(Values.duration(route.timeout()));
    if (profile == Profile.GRPC && route.timeout() != null) {
      // gRFC A31: the only timeout that grpc clients read.
      action.setMaxStreamDuration(
          MaxStreamDuration.newBuilder()
              .setMaxStreamDuration(Values.duration(route.timeout()))
              .setGrpcTimeoutHeaderMax(Values.duration(route.timeout())));
    }
    if (route.rewrite().uri() != null) {
      // Envoy replaces the whole path where the route does not match by prefix.
      action.setPrefixRewrite(route.rewrite().uri());
    }
    String authority = authority(route);
    if (authority != null) {
      action.setHostRewriteLiteral(authority);
    }
    if (route.retries().attempts() > 0) {
      action.setRetryPolicy(Retries.of(route.retries()));
    }
    HashPolicies.apply(action, route);
    destinations(action, route.destinations());
    return action.build();
  }

  /** The innermost wins: a sole destination's headers, the rewrite, the route's headers. */
  private static @Nullable String authority(HttpRoute route) {
    if (route.destinations().size() == 1) {
      String own = Edits.authority(route.destinations().get(0).headers().request());
      if (own != null) {
        return own;
      }
    }
    return route.rewrite().authority() != null
        ? route.rewrite().authority()
        : Edits.authority(route.headers().request());
  }

  private static void destinations(
      RouteAction.Builder action, List<WeightedDestination> destinations) {
    if (destinations.size() == 1) {
      action.setCluster(Names.cluster(destinations.get(0).destination()));
      return;
    }
    WeightedCluster.Builder split = WeightedCluster.newBuilder();
    destinations.forEach(destination -> split.addClusters(share(destination)));
    action.setWeightedClusters(split);
  }

  private static ClusterWeight share(WeightedDestination destination) {
    Edits request = Edits.of(destination.headers().request());
    Edits response = Edits.of(destination.headers().response());
    ClusterWeight.Builder share =
        ClusterWeight.newBuilder()
            .setName(Names.cluster(destination.destination()))
            .setWeight(Values.number(destination.weight()))
            .addAllRequestHeadersToAdd(request.add())
            .addAllRequestHeadersToRemove(request.remove())
            .addAllResponseHeadersToAdd(response.add())
            .addAllResponseHeadersToRemove(response.remove());
    String authority = Edits.authority(destination.headers().request());
    if (authority != null) {
      share.setHostRewriteLiteral(authority);
    }
    return share.build();
  }
}
