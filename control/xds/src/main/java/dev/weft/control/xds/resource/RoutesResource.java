package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import dev.weft.control.model.CorsPolicy;
import dev.weft.control.model.Fault;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.Mirroring;
import dev.weft.control.model.Rewrite;
import dev.weft.control.model.RouteAction.DirectResponse;
import dev.weft.control.model.RouteAction.Redirect;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.WeightedDestination;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.NonForwardingAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.MaxStreamDuration;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
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
        virtualHost.addRoutes(route(route, match, host));
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

  private Route route(HttpRoute route, @Nullable RouteMatch match, RoutedHost host) {
    Edits request = Edits.of(route.headers().request());
    Edits response = Edits.of(route.headers().response());
    if (route.destinations().size() == 1) {
      var own = route.destinations().get(0).headers();
      request = request.then(Edits.of(own.request()));
      response = response.then(Edits.of(own.response()));
    }
    Route.Builder built =
        Route.newBuilder()
            .setName(name(route, match))
            .setMatch(Matches.of(match))
            .addAllRequestHeadersToAdd(request.add())
            .addAllRequestHeadersToRemove(request.remove())
            .addAllResponseHeadersToAdd(response.add())
            .addAllResponseHeadersToRemove(response.remove());
    act(built, route, host);
    filters(built, route);
    return built.build();
  }

  private void act(Route.Builder built, HttpRoute route, RoutedHost host) {
    if (route.action() instanceof dev.weft.control.model.RouteAction.Forward) {
      built.setRoute(action(route));
    } else if (profile == Profile.GRPC) {
      // All that a gRPC client knows of routes that lead nowhere: it fails the call.
      built.setNonForwardingAction(NonForwardingAction.getDefaultInstance());
    } else if (route.action() instanceof Redirect redirect) {
      built.setRedirect(LocalActions.redirect(redirect, host));
    } else if (route.action() instanceof DirectResponse response) {
      built.setDirectResponse(LocalActions.response(response));
    }
  }

  private void filters(Route.Builder built, HttpRoute route) {
    Fault fault = route.settings().fault();
    if (fault != null && (fault.delay() != null || fault.abort() != null)) {
      built.putTypedPerFilterConfig(RouteFilters.FAULT, Any.pack(RouteFilters.fault(fault)));
    }
    CorsPolicy cors = route.settings().cors();
    if (cors != null && profile != Profile.GRPC) {
      built.putTypedPerFilterConfig(RouteFilters.CORS, Any.pack(RouteFilters.cors(cors)));
    }
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
    Rewrite.Regex regex = route.rewrite().regex();
    if (regex != null) {
      action.setRegexRewrite(
          RegexMatchAndSubstitute.newBuilder()
              .setPattern(RegexMatcher.newBuilder().setRegex(regex.pattern()))
              .setSubstitution(regex.substitution()));
    }
    String authority = authority(route);
    if (authority != null) {
      action.setHostRewriteLiteral(authority);
    }
    route.mirrors().forEach(mirror -> action.addRequestMirrorPolicies(mirror(mirror)));
    if (route.retries().attempts() > 0) {
      action.setRetryPolicy(Retries.of(route.retries()));
    }
    HashPolicies.apply(action, route);
    destinations(action, route.destinations());
    return action.build();
  }

  /** As istiod's Envoys never say whose copy a request is: without a suffix to its host. */
  private static RequestMirrorPolicy mirror(Mirroring.Mirror mirror) {
    return RequestMirrorPolicy.newBuilder()
        .setCluster(Names.cluster(mirror.destination()))
        .setRuntimeFraction(
            RuntimeFractionalPercent.newBuilder()
                .setDefaultValue(RouteFilters.percent(mirror.share())))
        .setTraceSampled(BoolValue.of(false))
        .setDisableShadowHostSuffixAppend(true)
        .build();
  }

  /** The outermost wins: the rewrite, the route's headers, a sole destination's headers. */
  private static @Nullable String authority(HttpRoute route) {
    if (route.rewrite().authority() != null) {
      return route.rewrite().authority();
    }
    String authority = Edits.authority(route.headers().request());
    return authority == null && route.destinations().size() == 1
        ? Edits.authority(route.destinations().get(0).headers().request())
        : authority;
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
