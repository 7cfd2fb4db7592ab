package dev.weft.xds.decode;

import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.Action;
import dev.weft.engine.config.Route.RegexRewrite;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.engine.config.Route.WeightedCluster;
import dev.weft.xds.proto.DataSource;
import dev.weft.xds.proto.DirectResponseAction;
import dev.weft.xds.proto.RegexMatchAndSubstitute;
import dev.weft.xds.proto.RouteAction;
import dev.weft.xds.proto.RouteActionMaxStreamDuration;
import dev.weft.xds.proto.UInt32Value;
import dev.weft.xds.proto.WeightedClusterClusterWeight;
import dev.weft.xds.wire.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code envoy.config.route.v3.Route} within its virtual host. */
final class RouteDecoder {

  /** Envoy's, where a route says nothing; zero switches it off. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

  private final Filters filters;
  private final HeaderLevels levels;
  private final dev.weft.xds.proto.@Nullable RetryPolicy hostRetries;

  RouteDecoder(
      Filters filters, HeaderLevels levels, dev.weft.xds.proto.@Nullable RetryPolicy hostRetries) {
    this.filters = filters;
    this.levels = levels;
    this.hostRetries = hostRetries;
  }

  Route route(dev.weft.xds.proto.Route route, Where where)
      throws InvalidMessageException, InvalidResourceException {
    filters.check(route.typedPerFilterConfig(), where);
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
        all.response());
  }

  private Action action(dev.weft.xds.proto.Route route, Where where)
      throws InvalidMessageException, InvalidResourceException {
    if (route.route() != null) {
      return forward(route.route(), where.in("route"));
    }
    if (route.directResponse() != null) {
      return respond(route.directResponse(), where.in("direct_response"));
    }
    throw where.refuse("no action (expected: route or direct_response)");
  }

  private static Action respond(DirectResponseAction action, Where where)
      throws InvalidResourceException {
    if (action.status() < 200 || action.status() > 599) {
      throw where.in("status").refuse(action.status() + " (expected: 200 to 599)");
    }
    DataSource body = action.body();
    String text = "";
    if (body != null && body.inlineString() != null) {
      text = body.inlineString();
    } else if (body != null && body.inlineBytes() != null) {
      text = new String(body.inlineBytes(), StandardCharsets.UTF_8);
    }
    return new Action.Respond((int) action.status(), text);
  }

  private Action forward(RouteAction action, Where where)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.RetryPolicy own = action.retryPolicy();
    RetryPolicy retries =
        RetryDecoder.retries(own != null ? own : hostRetries, where.in("retry_policy"));
    return new Action.Forward(
        clusters(action, where),
        rewrite(action, where),
        timeout(action, where),
        retries,
        HashPolicyDecoder.policies(action.hashPolicy(), where));
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
    filters.check(share.typedPerFilterConfig(), where);
    if (share.name().isEmpty()) {
      throw where.in("name").refuse("empty (expected: the name of a cluster)");
    }
    UInt32Value weight = share.weight();
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
            "response_headers_to_add"));
  }

  private static @Nullable Rewrite rewrite(RouteAction action, Where where)
      throws InvalidResourceException {
    String prefix = action.prefixRewrite().isEmpty() ? null : action.prefixRewrite();
    String authority = authority(action, where);
    RegexMatchAndSubstitute regex = action.regexRewrite();
    if (prefix != null && regex != null) {
      throw where.refuse("prefix_rewrite and regex_rewrite (expected: at most one of them)");
    }
    if (prefix == null && regex == null && authority == null) {
      return null;
    }
    return new Rewrite(
        prefix, regex == null ? null : regex(regex, where.in("regex_rewrite")), authority);
  }

  /** Clusters may rewrite the host, too, and go over the route; here only all in the same way. */
  private static @Nullable String authority(RouteAction action, Where where)
      throws InvalidResourceException {
    String host = action.hostRewriteLiteral() == null ? "" : action.hostRewriteLiteral();
    Set<String> hosts = new LinkedHashSet<>();
    if (action.weightedClusters() != null) {
      for (WeightedClusterClusterWeight share : action.weightedClusters().clusters()) {
        String own = share.hostRewriteLiteral();
        hosts.add(own == null || own.isEmpty() ? host : own);
      }
    } else {
      hosts.add(host);
    }
    if (hosts.size() > 1) {
      throw where
          .in("weighted_clusters")
          .refuse("host_rewrite_literal " + hosts + " (expected: the same for all clusters)");
    }
    String authority = hosts.isEmpty() ? host : hosts.iterator().next();
    return authority.isEmpty() ? null : authority;
  }

  private static RegexRewrite regex(RegexMatchAndSubstitute regex, Where where)
      throws InvalidResourceException {
    var pattern = Regexes.compile(regex.pattern(), where.in("pattern"));
    String substitution = regex.substitution();
    for (int i = substitution.indexOf('\\'); i >= 0; i = substitution.indexOf('\\', i + 2)) {
      char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : ' ';
      boolean group = next >= '0' && next <= '9' && next - '0' <= pattern.groupCount();
      if (!group && next != '\\') {
        throw where
            .in("substitution")
            .refuse(
                "\""
                    + substitution
                    + "\" (expected: groups \\0 to \\"
                    + pattern.groupCount()
                    + ")");
      }
    }
    return new RegexRewrite(pattern, substitution);
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
