package dev.weft.xds.ads;

import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.TcpTable;
import dev.weft.xds.decode.ClusterConfig;
import dev.weft.xds.decode.Endpoints;
import dev.weft.xds.decode.Hosts;
import dev.weft.xds.decode.IdentityEndpoints;
import dev.weft.xds.decode.InboundHttp;
import dev.weft.xds.decode.Listener;
import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.decode.Routes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes snapshots of what the store holds: routes come into force only with all their clusters, and
 * clusters only with their endpoints. Until then what was in force stays.
 */
final class Assembly {

  /** A cluster and what it was made of, so that it is made again only when that changes. */
  private record Built(ClusterConfig config, @Nullable Endpoints endpoints, Cluster cluster) {

    @SuppressWarnings("ReferenceEquality") // the store keeps the object until it changes
    boolean isOf(ClusterConfig nextConfig, @Nullable Endpoints nextEndpoints) {
      return config == nextConfig && endpoints == nextEndpoints;
    }
  }

  private final Store store;
  private final String namespace;
  private final @Nullable String inbound;
  private final String workload;
  private final Connections connections = new Connections();
  private List<RateLimit> limits = List.of();
  private Set<String> limitClusters = Set.of();
  private Set<String> providerClusters = Set.of();
  private Map<String, Routes> inForce = Map.of();
  private Map<String, Built> built = Map.of();
  private List<IdentityEndpoints> identitiesOf = List.of();
  private @Nullable IdentityTable identities;
  private @Nullable Authorization authorization;

  /**
   * @param wants what is ours
   */
  Assembly(Store store, AdsClient.Wants wants) {
    this.store = store;
    this.namespace = wants.namespace();
    this.inbound = wants.inbound();
    this.workload = wants.workload();
  }

  /**
   * @param snapshot what can be in force now
   * @param settled the authorities whose routes are in it, or are known not to exist
   * @param missing what is referred to and has not come
   */
  record Result(
      Snapshot snapshot, Set<String> settled, Map<ResourceType<?>, Set<String>> missing) {}

  Result build(Set<String> authorities) {
    Result result = new Result(Snapshot.EMPTY, new LinkedHashSet<>(), new LinkedHashMap<>());
    Map<String, Routes> next = new HashMap<>();
    for (String authority : authorities) {
      Routes routes = routes(authority, result);
      if (routes != null) {
        next.put(authority, routes);
      }
    }
    inForce = next;
    limit(result);
    authorize(result);
    Hosts hosts = store.find(ResourceType.HOSTS, namespace);
    TcpTable tcp =
        hosts == null || inbound == null // without an identity, sockets are not woven
            ? TcpTable.EMPTY
            : connections.next(hosts.tcp(), clusters -> isComplete(clusters, result));
    Map<String, RouteTable> tables = new HashMap<>();
    for (Map.Entry<String, Routes> each : inForce.entrySet()) {
      tables.put(each.getKey(), each.getValue().table());
    }
    Snapshot snapshot =
        new Snapshot(
            hosts == null ? null : hosts.table(),
            tables,
            clusters(tcp),
            identities(),
            inbound(),
            limits,
            tcp,
            authorization);
    return new Result(snapshot, result.settled(), result.missing());
  }

  /** Puts the limits of what arrives in force, once those are known who count for them. */
  private void limit(Result result) {
    if (!store.isKnown(ResourceType.INBOUND_HTTP, workload)) {
      return; // asked for, not answered yet
    }
    InboundHttp http = store.find(ResourceType.INBOUND_HTTP, workload);
    Set<String> clusters = http == null ? Set.of() : http.clusters();
    if (isComplete(clusters, result)) {
      limits = http == null ? List.of() : http.limits();
      limitClusters = clusters;
    }
  }

  /**
   * Never forgotten: that it is gone does not mean that everybody may ask anything. In force at
   * once, whether those are known who are to be asked or not: until they are, they do not answer.
   */
  private void authorize(Result result) {
    Authorization found = store.find(ResourceType.AUTHORIZATION, workload);
    authorization = found == null ? authorization : found;
    providerClusters = new LinkedHashSet<>();
    if (authorization != null) {
      authorization.external().forEach(each -> providerClusters.add(each.cluster()));
    }
    boolean unused = isComplete(providerClusters, result); // asks for what is missing
  }

  private @Nullable InboundSecurity inbound() {
    return inbound == null ? null : store.find(ResourceType.INBOUND, inbound);
  }

  /** Null before the control service has said anything of them; the same while they are. */
  private @Nullable IdentityTable identities() {
    if (inbound == null || !store.isAnswered(ResourceType.IDENTITIES)) {
      return null;
    }
    List<IdentityEndpoints> all = store.all(ResourceType.IDENTITIES);
    if (identities == null || !all.equals(identitiesOf)) {
      Map<SpiffeId, List<InetSocketAddress>> addresses = new HashMap<>();
      for (IdentityEndpoints each : all) {
        addresses
            .computeIfAbsent(each.identity(), any -> new ArrayList<>())
            .addAll(each.addresses());
      }
      identities = IdentityTable.of(addresses);
      identitiesOf = all;
    }
    return identities;
  }

  /** The routes to be in force for this authority; null: none. */
  private @Nullable Routes routes(String authority, Result result) {
    Routes before = inForce.get(authority);
    if (!store.isKnown(ResourceType.LISTENERS, authority)) {
      return before; // asked for, not answered yet
    }
    Listener listener = store.find(ResourceType.LISTENERS, authority);
    Routes routes = listener == null ? null : listener.inline();
    String name = listener == null ? null : listener.routeName();
    if (name != null) {
      if (misses(ResourceType.ROUTES, name, result)) {
        return before;
      }
      routes = store.find(ResourceType.ROUTES, name);
    }
    if (routes != null && !isComplete(routes.clusters(), result)) {
      return before;
    }
    result.settled().add(authority);
    return routes;
  }

  private boolean isComplete(Set<String> clusters, Result result) {
    boolean complete = true;
    for (String name : clusters) {
      if (misses(ResourceType.CLUSTERS, name, result)) {
        complete = false;
        continue;
      }
      ClusterConfig config = store.find(ResourceType.CLUSTERS, name);
      String endpoints = config == null ? null : config.endpointsName();
      complete &= endpoints == null || !misses(ResourceType.ENDPOINTS, endpoints, result);
    }
    return complete;
  }

  private boolean misses(ResourceType<?> type, String name, Result result) {
    if (store.isKnown(type, name)) {
      return false;
    }
    result.missing().computeIfAbsent(type, any -> new LinkedHashSet<>()).add(name);
    return true;
  }

  /** All clusters that the routes, limits and policies in force name and that exist. */
  private Map<String, Cluster> clusters(TcpTable tcp) {
    Set<String> names = new LinkedHashSet<>(limitClusters);
    names.addAll(providerClusters);
    tcp.services().forEach(service -> names.addAll(Connections.clusters(service)));
    inForce.values().forEach(routes -> names.addAll(routes.clusters()));
    Map<String, Built> next = new HashMap<>();
    for (String name : names) {
      Built cluster = cluster(name);
      if (cluster != null) {
        next.put(name, cluster);
      }
    }
    built = next;
    Map<String, Cluster> clusters = new HashMap<>();
    for (Map.Entry<String, Built> each : built.entrySet()) {
      clusters.put(each.getKey(), each.getValue().cluster());
    }
    return clusters;
  }

  private @Nullable Built cluster(String name) {
    Built before = built.get(name);
    ClusterConfig config = store.find(ResourceType.CLUSTERS, name);
    if (config == null) {
      return store.isKnown(ResourceType.CLUSTERS, name) ? null : before;
    }
    String endpointsName = config.endpointsName();
    if (endpointsName == null) {
      return new Built(config, null, config.cluster());
    }
    if (!store.isKnown(ResourceType.ENDPOINTS, endpointsName)) {
      return before;
    }
    Endpoints endpoints = store.find(ResourceType.ENDPOINTS, endpointsName);
    if (before != null && before.isOf(config, endpoints)) {
      return before;
    }
    return new Built(config, endpoints, config.with(endpoints));
  }
}
