package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import dev.weft.control.model.RoutedHost;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;

/**
 * A listener without a socket, called by the authority that the client dials; it leads to the route
 * configuration of the host that this authority means to that client (gRFC A27).
 */
public final class ListenerResource {

  /** Everything comes over the stream on which it was referred to; nobody gives up waiting. */
  static final ConfigSource ADS =
      ConfigSource.newBuilder()
          .setResourceApiVersion(ApiVersion.V3)
          .setAds(AggregatedConfigSource.getDefaultInstance())
          .setInitialFetchTimeout(Duration.getDefaultInstance())
          .build();

  static final HttpFilter ROUTER =
      HttpFilter.newBuilder()
          .setName("envoy.filters.http.router")
          .setTypedConfig(Any.pack(Router.getDefaultInstance()))
          .build();

  private ListenerResource() {}

  public static Listener of(String authority, RoutedHost host, Profile profile) {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix("outbound_" + host.host() + ":" + host.port())
            .setRds(Rds.newBuilder().setConfigSource(ADS).setRouteConfigName(Names.routes(host)))
            .addAllHttpFilters(RouteFilters.before(profile))
            .addHttpFilters(ROUTER)
            .build();
    return Listener.newBuilder()
        .setName(authority)
        .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager)))
        .build();
  }
}
