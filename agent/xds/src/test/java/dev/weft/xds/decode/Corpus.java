package dev.weft.xds.decode;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.weft.control.api.v1.HostTable;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** Rich, valid resources to start from. */
final class Corpus {

  private Corpus() {}

  static Message[] all() {
    return new Message[] {hosts(), listener(), routes(), cluster(), endpoints()};
  }

  private static HostTable hosts() {
    return HostTable.newBuilder().addHosts("reviews").addWildcards(".example.com").build();
  }

  private static Listener listener() {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setRouteConfig(routes())
            .addHttpFilters(
                HttpFilter.newBuilder()
                    .setName("router")
                    .setTypedConfig(Any.pack(Router.getDefaultInstance())))
            .build();
    return Listener.newBuilder()
        .setName("a:80")
        .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager)))
        .build();
  }

  private static RouteConfiguration routes() {
    RouteMatch match =
        RouteMatch.newBuilder()
            .setSafeRegex(RegexMatcher.newBuilder().setRegex("/(a|b)+[0-9]{1,3}"))
            .addHeaders(
                HeaderMatcher.newBuilder()
                    .setName("x")
                    .setStringMatch(StringMatcher.newBuilder().setPrefix("y")))
            .build();
    RouteAction action =
        RouteAction.newBuilder()
            .setWeightedClusters(
                WeightedCluster.newBuilder()
                    .addClusters(
                        WeightedCluster.ClusterWeight.newBuilder()
                            .setName("c")
                            .setWeight(UInt32Value.of(80)))
                    .addClusters(
                        WeightedCluster.ClusterWeight.newBuilder()
                            .setName("d")
                            .setWeight(UInt32Value.of(20))))
            .setTimeout(Durations.fromMillis(1500))
            .setRetryPolicy(
                RetryPolicy.newBuilder()
                    .setRetryOn("5xx,connect-failure")
                    .addRetriableStatusCodes(503)
                    .setPerTryTimeout(Durations.fromMillis(100)))
            .build();
    return DecodeTest.routes(
        Route.newBuilder()
            .setName("r")
            .setMatch(match)
            .setRoute(action)
            .addRequestHeadersToAdd(
                DecodeTest.option("x", "1%%", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD))
            .build());
  }

  private static Metadata metadata() {
    return Metadata.newBuilder()
        .putFilterMetadata(
            "istio",
            Struct.newBuilder()
                .putFields("workload", Value.newBuilder().setStringValue("w;ns;s;v1").build())
                .build())
        .build();
  }

  private static Cluster cluster() {
    return Cluster.newBuilder()
        .setName("c")
        .setType(Cluster.DiscoveryType.STRICT_DNS)
        .setConnectTimeout(Durations.fromSeconds(1))
        .setMetadata(metadata())
        .setLoadAssignment(endpoints())
        .build();
  }

  private static ClusterLoadAssignment endpoints() {
    return ClusterLoadAssignment.newBuilder()
        .setClusterName("c")
        .addEndpoints(
            LocalityLbEndpoints.newBuilder()
                .addLbEndpoints(DecodeTest.endpoint("10.0.0.1").setMetadata(metadata()))
                .addLbEndpoints(DecodeTest.endpoint("fd00::1")))
        .build();
  }
}
