package dev.weft.xds.decode;

import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.Action;
import dev.weft.engine.config.Route.WeightedCluster;
import dev.weft.xds.proto.RouteAction;
import dev.weft.xds.proto.RouteActionMaxStreamDuration;
import dev.weft.xds.proto.UInt32Value;
import dev.weft.xds.proto.WeightedClusterClusterWeight;
import dev.weft.xds.wire.InvalidMessageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.config.route.v3.Route} within its virtual host. */
final class RouteDecoder {

  /** Envoy's, where a route says nothing; zero switches it off. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

  private final Filters filters;
  private final FilterSettings around;
  private final HeaderLevels levels;
  private final dev.weft.xds.proto.@Nullable RetryPolicy hostRetries;

  RouteDecoder(
      Filters filters,
      FilterSettings around,
      HeaderLevels levels,
      dev.weft.xds.proto.@Nullable RetryPolicy hostRetries) {
    this.filters = filters;
    this.around = around;
    this.levels = levels;
    this.hostRetries = hostRetries;
  }

  Route route(dev.weft.xds.proto.Route route, Where where)
      throws InvalidMessageException, InvalidResourceException {
    FilterSettings settings = filters.settings(around, route.typedPerFilterConfig(), where);
    HeaderRules request =
        Headers.rules(
            route.requestHeadersToAdd(),
            route.requestHeadersToRemove(),
            where,
            "request_headers_to_add");
    HeaderRules response =
        Headers.rules(
            route.responseHeadersToAdd(),
            route.responseHeadersToRemove(),
            where,
            "response_headers_to_add");
    HeaderLevels all = levels.within(request, response);
    return new Route(
        route.name(),
        MatchDecoder.match(route.match(), where.in("match")),
        action(route, where),
        all.request(),
        all.response(),
        settings.fault(),
        settings.cors());
  }

  private Action action(dev.weft.xds.proto.Route route, Where where)
      throws InvalidMessageException, InvalidResourceException {
    if (route.route() != null) {
      return forward(route.route(), where.in("route"));
    }
    if (route.redirect() != null) {
      return LocalActionDecoder.redirect(route.redirect(), where.in("redirect"));
    }
    if (route.directResponse() != null) {
      return LocalActionDecoder.respond(route.directResponse(), where.in("direct_response"));
    }
    throw where.refuse("no action (expected: route, redirect or direct_response)");
  }

  private Action forward(RouteAction action, Where where)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.RetryPolicy own = action.retryPolicy();
    RetryPolicy retries =
        RetryDecoder.retries(own != null ? own : hostRetries, where.in("retry_policy"));
    return new Action.Forward(
        clusters(action, where),
        RewriteDecoder.rewrite(action, where),
        timeout(action, where),
        retries,
        HashPolicyDecoder.policies(action.hashPolicy(), where),
        MirrorDecoder.mirrors(action.requestMirrorPolicies(), where));
  }

  private List<WeightedCluster> clusters(RouteAction action, Where where)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.WeightedCluster weighted = action.weightedClusters();
    if (weighted == null) {
      String name = action.cluster();
      if (name == null || name.isEmpty()) {
        throw where.refuse("no cluster (expected: cluster or weighted_clusters)");
      }
      return List.of(new WeightedCluster(name, 1, HeaderRules.NONE, HeaderRules.NONE));
    }
    Where here = where.in("weighted_clusters");
    List<WeightedCluster> clusters = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < weighted.clusters().size(); i++) {
      WeightedCluster cluster = share(weighted.clusters().get(i), here.in("clusters", i));
      clusters.add(cluster);
      sum += cluster.weight();
    }
    if (sum == 0) {
      throw here.refuse("sum of weights: 0 (expected: above 0)");
    }
    return clusters;
  }

  private WeightedCluster share(WeightedClusterClusterWeight share, Where where)
      throws InvalidMessageException, InvalidResourceException {
    filters.settings(FilterSettings.NONE, share.typedPerFilterConfig(), where); // only checked
    if (share.name().isEmpty()) {
      throw where.in("name").refuse("empty (expected: the name of a cluster)");
    }
    UInt32Value weight = share.weight();
    String host = share.hostRewriteLiteral();
    return new WeightedCluster(
        share.name(),
        weight == null ? 0 : Numbers.from(0, weight.value(), where.in("weight")),
        Headers.rules(
            share.requestHeadersToAdd(),
            share.requestHeadersToRemove(),
            where,
            "request_headers_to_add"),
        Headers.rules(
            share.responseHeadersToAdd(),
            share.responseHeadersToRemove(),
            where,
            "response_headers_to_add"),
        host == null || host.isEmpty() ? null : host);
  }

  /** The shorter of Envoy's two limits; null: none. */
  private static @Nullable Duration timeout(RouteAction action, Where where)
      throws InvalidResourceException {
    Duration timeout = Durations.of(action.timeout(), where.in("timeout"));
    RouteActionMaxStreamDuration stream = action.maxStreamDuration();
    Duration longest =
        stream == null
            ? null
            : Durations.of(
                stream.maxStreamDuration(), where.in("max_stream_duration.max_stream_duration"));
    Duration whole = Durations.orIfZero(timeout == null ? DEFAULT_TIMEOUT : timeout, null);
    Duration most = Durations.orIfZero(longest, null);
    if (whole == null || most == null) {
      return whole == null ? most : whole;
    }
    return whole.compareTo(most) < 0 ? whole : most;
  }
}
