package dev.weft.xds.decode;

import dev.weft.engine.config.RateLimit;
import dev.weft.xds.proto.HttpConnectionManager;
import dev.weft.xds.proto.HttpFilter;
import dev.weft.xds.proto.RouteConfiguration;
import dev.weft.xds.proto.RouteRateLimit;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The HttpConnectionManager of an inbound listener: its filters. Where requests go then is the
 * application's business.
 */
final class InboundHttpDecoder {

  private InboundHttpDecoder() {}

  static InboundHttp decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    HttpConnectionManager manager = HttpConnectionManager.parse(in);
    RouteConfiguration routes = manager.routeConfig();
    List<RouteRateLimit> policies = new ArrayList<>();
    if (routes != null) {
      routes.virtualHosts().forEach(host -> policies.addAll(host.rateLimits()));
    }
    RateLimitDecoder decoder = new RateLimitDecoder(ignored);
    Filters others = new Filters(ignored);
    List<RateLimit> limits = new ArrayList<>();
    List<HttpFilter> filters = manager.httpFilters();
    for (int i = 0; i < filters.size(); i++) {
      HttpFilter filter = filters.get(i);
      Where where = Where.ROOT.in("http_filters", i);
      if (!RateLimitDecoder.decodes(filter)) {
        others.check(filter, where);
      } else if (!filter.disabled()) {
        limits.add(decoder.limit(filter, policies, where));
      }
    }
    return new InboundHttp(limits);
  }
}
