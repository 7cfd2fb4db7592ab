package dev.weft.xds.decode;

import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import dev.weft.xds.proto.RouteConfiguration;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code envoy.config.route.v3.RouteConfiguration}. */
final class RouteTableDecoder {

  private final Decoding decoding;
  private final Set<String> domains = new HashSet<>();

  RouteTableDecoder(Decoding decoding) {
    this.decoding = decoding;
  }

  static Routes decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    return new RouteTableDecoder(new Decoding(ignored, Where.ROOT))
        .routes(RouteConfiguration.parse(in));
  }

  Routes routes(RouteConfiguration config)
      throws InvalidMessageException, InvalidResourceException {
    Where where = decoding.where();
    FilterSettings settings =
        decoding.filters().settings(FilterSettings.NONE, config.typedPerFilterConfig(), where);
    HeaderRules request =
        Headers.rules(
            config.requestHeadersToAdd(),
            config.requestHeadersToRemove(),
            where,
            "request_headers_to_add");
    HeaderRules response =
        Headers.rules(
            config.responseHeadersToAdd(),
            config.responseHeadersToRemove(),
            where,
            "response_headers_to_add");
    HeaderLevels levels =
        new HeaderLevels(config.mostSpecificHeaderMutationsWins(), request, response);
    List<VirtualHost> hosts = new ArrayList<>();
    Set<String> clusters = new HashSet<>();
    for (int i = 0; i < config.virtualHosts().size(); i++) {
      VirtualHost host =
          virtualHost(config.virtualHosts().get(i), settings, levels, where.in("virtual_hosts", i));
      hosts.add(host);
      collect(host, clusters);
    }
    return new Routes(new RouteTable(config.name(), hosts), clusters);
  }

  private VirtualHost virtualHost(
      dev.weft.xds.proto.VirtualHost host, FilterSettings around, HeaderLevels levels, Where where)
      throws InvalidMessageException, InvalidResourceException {
    FilterSettings settings =
        decoding.filters().settings(around, host.typedPerFilterConfig(), where);
    checkDomains(host.domains(), where);
    if (!host.rateLimits().isEmpty()) {
      decoding.ignored().ignored("envoy.config.route.v3.VirtualHost.rate_limits");
    }
    HeaderRules request =
        Headers.rules(
            host.requestHeadersToAdd(),
            host.requestHeadersToRemove(),
            where,
            "request_headers_to_add");
    HeaderRules response =
        Headers.rules(
            host.responseHeadersToAdd(),
            host.responseHeadersToRemove(),
            where,
            "response_headers_to_add");
    RouteDecoder decoder =
        new RouteDecoder(
            decoding.filters(), settings, levels.within(request, response), host.retryPolicy());
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < host.routes().size(); i++) {
      routes.add(decoder.route(host.routes().get(i), where.in("routes", i)));
    }
    return new VirtualHost(host.name(), host.domains(), routes);
  }

  private void checkDomains(List<String> names, Where where) throws InvalidResourceException {
    if (names.isEmpty()) {
      throw where.in("domains").refuse("empty (expected: at least one)");
    }
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Where here = where.in("domains", i);
      int star = name.indexOf('*');
      boolean placed = star < 0 || star == 0 || star == name.length() - 1;
      if (name.isEmpty() || !placed || name.indexOf('*', star + 1) > 0) {
        throw here.refuse("\"" + name + "\" (expected: a name, *suffix, prefix* or *)");
      }
      if (!domains.add(name.toLowerCase(Locale.ROOT))) {
        throw here.refuse("\"" + name + "\" (expected: each domain once)");
      }
    }
  }

  private static void collect(VirtualHost host, Set<String> clusters) {
    for (Route route : host.routes()) {
      if (route.action() instanceof Route.Action.Forward forward) {
        for (Route.WeightedCluster cluster : forward.clusters()) {
          clusters.add(cluster.cluster());
        }
        forward.mirrors().forEach(mirror -> clusters.add(mirror.cluster()));
      }
    }
  }
}
