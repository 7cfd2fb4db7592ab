package dev.weft.xds.decode;

import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.ApiListener;
import dev.weft.xds.proto.HttpConnectionManager;
import dev.weft.xds.proto.HttpFilter;
import dev.weft.xds.proto.Rds;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.List;

/** {@code envoy.config.listener.v3.Listener} with an API listener, as gRPC's clients use them. */
final class ListenerDecoder {

  private static final String MANAGER =
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
          + ".HttpConnectionManager";

  private ListenerDecoder() {}

  static Listener decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.Listener listener = dev.weft.xds.proto.Listener.parse(in);
    ApiListener api = listener.apiListener();
    Any config = api == null ? null : api.apiListener();
    Where where = Where.ROOT.in("api_listener");
    if (config == null) {
      throw where.refuse("absent (expected: an HttpConnectionManager)");
    }
    if (!config.typeUrl().equals(MANAGER)) {
      throw where.refuse("\"" + config.typeUrl() + "\" (expected: \"" + MANAGER + "\")");
    }
    HttpConnectionManager manager;
    try {
      manager = HttpConnectionManager.parse(new WireReader(config.value(), ignored));
    } catch (InvalidMessageException e) {
      throw where.refuse(e.getMessage());
    }
    return listener(listener.name(), manager, new Decoding(ignored, where));
  }

  private static Listener listener(String name, HttpConnectionManager manager, Decoding decoding)
      throws InvalidMessageException, InvalidResourceException {
    List<HttpFilter> filters = manager.httpFilters();
    for (int i = 0; i < filters.size(); i++) {
      decoding.filters().check(filters.get(i), decoding.where().in("http_filters", i));
    }
    Rds rds = manager.rds();
    if (manager.routeConfig() != null) {
      Where where = decoding.where().in("route_config");
      Routes routes =
          new RouteTableDecoder(new Decoding(decoding.ignored(), where))
              .routes(manager.routeConfig());
      return new Listener(name, null, routes);
    }
    if (rds == null || rds.routeConfigName().isEmpty()) {
      throw decoding
          .where()
          .refuse("no routes (expected: rds with a route_config_name, or route_config)");
    }
    return new Listener(name, rds.routeConfigName(), null);
  }
}
