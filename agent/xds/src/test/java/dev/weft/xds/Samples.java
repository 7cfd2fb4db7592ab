package dev.weft.xds;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.weft.control.api.v1.HostTable;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.List;

/** Resources as a control service makes them. */
final class Samples {

  private Samples() {}

  static HostTable hosts(String... names) {
    return HostTable.newBuilder().addAllHosts(List.of(names)).build();
  }

  static Listener listener(String authority, String routes) {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setRds(Rds.newBuilder().setRouteConfigName(routes))
            .build();
    return Listener.newBuilder()
        .setName(authority)
        .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager)))
        .build();
  }

  /** One route to these clusters, in equal shares. */
  static RouteConfiguration routes(String name, String... clusters) {
    WeightedCluster.Builder split = WeightedCluster.newBuilder();
    for (String cluster : clusters) {
      split.addClusters(
          WeightedCluster.ClusterWeight.newBuilder().setName(cluster).setWeight(UInt32Value.of(1)));
    }
    return withRoute(
        name,
        Route.newBuilder()
            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
            .setRoute(RouteAction.newBuilder().setWeightedClusters(split))
            .build());
  }

  static RouteConfiguration withRoute(String name, Route route) {
    return RouteConfiguration.newBuilder()
        .setName(name)
        .addVirtualHosts(VirtualHost.newBuilder().setName("any").addDomains("*").addRoutes(route))
        .build();
  }

  static Cluster cluster(String name) {
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setServiceName(name))
        .setConnectTimeout(Durations.fromSeconds(1))
        .build();
  }

  static ClusterLoadAssignment endpoints(String cluster, int... ports) {
    LocalityLbEndpoints.Builder group = LocalityLbEndpoints.newBuilder();
    for (int port : ports) {
      group.addLbEndpoints(endpoint("127.0.0.1", port));
    }
    return ClusterLoadAssignment.newBuilder().setClusterName(cluster).addEndpoints(group).build();
  }

  static LbEndpoint endpoint(String address, int port) {
    return LbEndpoint.newBuilder()
        .setEndpoint(
            Endpoint.newBuilder()
                .setAddress(
                    Address.newBuilder()
                        .setSocketAddress(
                            SocketAddress.newBuilder().setAddress(address).setPortValue(port))))
        .build();
  }
}
