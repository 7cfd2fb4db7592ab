package dev.weft.engine.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything in force at one moment. The engine reads it once per call.
 *
 * @param hosts which hosts are the mesh's; null before the first answer of the control service
 * @param routes by the authority that was subscribed, lower case and with port ({@code
 *     reviews:9080}). A route table is here only when every cluster it names is in {@code clusters}
 * @param clusters by name
 * @param identities who is where; null: not received, or this process has no identity
 * @param inbound what is demanded of callers; null: likewise
 * @param limits of the requests that this workload takes, in the order in which they are looked at
 * @param tcp which connections are routed; each of the clusters it names is in {@code clusters}, or
 *     does not exist
 * @param authorization who may ask what of this workload; null: not received
 */
public record Snapshot(
    @Nullable HostTable hosts,
    Map<String, RouteTable> routes,
    Map<String, Cluster> clusters,
    @Nullable IdentityTable identities,
    @Nullable InboundSecurity inbound,
    List<RateLimit> limits,
    TcpTable tcp,
    @Nullable Authorization authorization) {

  /** Nothing was received yet. */
  public static final Snapshot EMPTY =
      new Snapshot(null, Map.of(), Map.of(), null, null, List.of(), TcpTable.EMPTY, null);

  /** Of a mesh without identities. */
  public Snapshot(
      @Nullable HostTable hosts, Map<String, RouteTable> routes, Map<String, Cluster> clusters) {
    this(hosts, routes, clusters, null, null);
  }

  /** With routes of requests alone, no limits of what arrives, and open to everybody. */
  public Snapshot(
      @Nullable HostTable hosts,
      Map<String, RouteTable> routes,
      Map<String, Cluster> clusters,
      @Nullable IdentityTable identities,
      @Nullable InboundSecurity inbound) {
    this(
        hosts,
        routes,
        clusters,
        identities,
        inbound,
        List.of(),
        TcpTable.EMPTY,
        Authorization.NONE);
  }

  public Snapshot {
    routes = Map.copyOf(routes);
    clusters = Map.copyOf(clusters);
    limits = List.copyOf(limits);
  }
}
