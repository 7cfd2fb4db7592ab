package dev.weft.control.xds;

import com.google.protobuf.Message;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Cluster;
import dev.weft.control.model.Destination;
import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.IdentityIndex;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.Subset;
import dev.weft.control.xds.resource.AuthorizationResource;
import dev.weft.control.xds.resource.ClusterResource;
import dev.weft.control.xds.resource.EndpointsResource;
import dev.weft.control.xds.resource.HostTableResource;
import dev.weft.control.xds.resource.InboundHttpResource;
import dev.weft.control.xds.resource.ListenerResource;
import dev.weft.control.xds.resource.Names;
import dev.weft.control.xds.resource.Profile;
import dev.weft.control.xds.resource.ResourceType;
import dev.weft.control.xds.resource.RoutesResource;
import dev.weft.control.xds.resource.SecurityResources;
import dev.weft.control.xds.resource.SecurityResources.Selected;
import dev.weft.control.xds.resource.UnknownHosts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one kind of caller can be told about one model. Resources are made when somebody
 * asks for them, so that the work follows what is used; those whose inputs are as in the previous
 * model are taken over.
 */
final class Catalog {

  private final MeshModel model;
  private final CallerView view;
  private final Profile profile;
  private final RoutesResource routes;
  private final ClusterResource clusters;
  private final Map<ResourceKey, Made> made = new ConcurrentHashMap<>();
  private final Map<String, Set<ResourceKey>> bundles = new ConcurrentHashMap<>();

  /** The previous catalog's resources; never its own previous ones, or nothing would be freed. */
  private volatile Map<ResourceKey, Made> previous;

  /** A resource, null where there is none, and what it was made from. */
  private record Made(Object inputs, @Nullable Encoded encoded) {

    /** No inputs are equal to its own. */
    private static final Made ABSENT = new Made(new Object(), null);

    @Nullable String version() {
      return encoded == null ? null : encoded.version();
    }
  }

  /** What is demanded of callers, and whose identities are the mesh's. */
  private record Guarded<T>(T policy, List<String> trustDomains) {}

  /** What a route configuration is made from. */
  private record Routing(RoutedHost host, List<HttpRoute> routes) {}

  Catalog(MeshModel model, CallerView view, Profile profile, @Nullable Catalog previous) {
    this.model = model;
    this.view = view;
    this.profile = profile;
    this.routes = new RoutesResource(profile);
    this.clusters = new ClusterResource(profile, model.settings().domain());
    this.previous = previous == null ? Map.of() : previous.made;
  }

  /** Null where no such resource exists. */
  @Nullable Encoded get(ResourceKey key) {
    return made(key).encoded;
  }

  private Made made(ResourceKey key) {
    Made known = made.get(key);
    if (known == null) {
      known =
          switch (key.type()) {
            case HOSTS -> hosts(key);
            case TRUST -> trust(key);
            case INBOUND -> inbound(key);
            case AUTHORIZATION -> authorization(key);
            case INBOUND_HTTP -> inboundHttp(key);
            case IDENTITIES -> identity(key);
            case CLUSTER -> cluster(key);
            case ENDPOINTS -> endpoints(key);
            case ROUTES -> routes(key);
            case LISTENER -> listener(key);
          };
      if (known == null) {
        known = Made.ABSENT;
      }
      made.put(key, known);
    }
    return known;
  }

  /**
   * Whether whoever goes by this catalog has to hear of the next one's resource. Yes where nobody
   * has asked this one for it yet: somebody who is late may still do so.
   */
  boolean differs(ResourceKey key, Catalog next) {
    Made known = made.get(key);
    return known == null || !Objects.equals(known.version(), next.made(key).version());
  }

  /** The previous model's resources are needed no more. */
  void settle() {
    previous = Map.of();
  }

  /**
   * What a listener leads to, itself left out: its route configuration, and for each cluster named
   * there the cluster and its endpoints. Clusters that do not exist are among them, so that their
   * absence is told.
   */
  Set<ResourceKey> reachableFrom(String listener) {
    Set<ResourceKey> known = bundles.get(listener);
    if (known == null) {
      known = findReachable(listener);
      if (!known.isEmpty()) {
        bundles.put(listener, known);
      }
    }
    return known;
  }

  private Set<ResourceKey> findReachable(String listener) {
    Set<ResourceKey> keys = new LinkedHashSet<>();
    Optional<RoutedHost> host = view.resolve(listener);
    if (host.isPresent()) {
      keys.add(new ResourceKey(ResourceType.ROUTES, Names.routes(host.get())));
      for (HttpRoute route : view.routes(host.get())) {
        route.reached().forEach(destination -> addCluster(destination, keys));
      }
    }
    return keys;
  }

  private void addCluster(Destination destination, Set<ResourceKey> keys) {
    String name = Names.cluster(destination);
    keys.add(new ResourceKey(ResourceType.CLUSTER, name));
    if (view.cluster(destination).filter(ClusterResource::hasEndpoints).isPresent()) {
      keys.add(new ResourceKey(ResourceType.ENDPOINTS, name));
    }
  }

  /** A workload of the caller's own namespace: policies of others are none of its business. */
  private Optional<Selected> own(String workload) {
    return Selected.parse(workload)
        .filter(whose -> whose.namespace().equals(view.caller().namespace()));
  }

  private List<RateLimitPolicy> limits(String workload) {
    return own(workload)
        .map(whose -> model.rateLimits(whose.namespace(), whose.labels()))
        .orElse(List.of());
  }

  /** The clusters that a workload needs for the requests that arrive there. */
  Set<String> clustersForArriving(String workload) {
    Set<String> clusters = new HashSet<>(InboundHttpResource.clusters(limits(workload)));
    own(workload).ifPresent(whose -> clusters.addAll(guarding(whose).clusters()));
    return clusters;
  }

  private AuthorizationResource.Inputs guarding(Selected whose) {
    return AuthorizationResource.Inputs.of(model, whose.namespace(), whose.labels());
  }

  private @Nullable Made inboundHttp(ResourceKey key) {
    List<RateLimitPolicy> limits = limits(key.name());
    return limits.isEmpty() ? null : make(key, limits, InboundHttpResource::of);
  }

  /** Every name of a type, for whoever wants them all; listeners of ours have no socket to open. */
  List<String> all(ResourceType type) {
    return switch (type) {
      case CLUSTER ->
          Stream.concat(
                  view.services().stream().flatMap(this::clustersOf),
                  profile == Profile.ENVOY ? UnknownHosts.CLUSTERS.stream() : Stream.of())
              .toList();
      case IDENTITIES -> List.copyOf(model.identities().identities());
      default -> List.of();
    };
  }

  /** Who serves where. */
  IdentityIndex identities() {
    return model.identities();
  }

  private Stream<String> clustersOf(Service service) {
    List<String> subsets = new ArrayList<>(List.of(""));
    view.policy(service).map(DestinationPolicy::subsets).orElse(List.of()).stream()
        .map(Subset::name)
        .forEach(subsets::add);
    return service.ports().stream()
        .filter(port -> port.protocol().carriesRequests())
        .map(ServicePort::number)
        .flatMap(
            port ->
                subsets.stream()
                    .map(subset -> "outbound|" + port + "|" + subset + "|" + service.host()));
  }

  private @Nullable Made hosts(ResourceKey key) {
    return key.name().equals(view.caller().namespace().value())
        ? make(key, model, any -> HostTableResource.of(model, view))
        : null;
  }

  private @Nullable Made trust(ResourceKey key) {
    return key.name().equals(SecurityResources.BUNDLE) && !model.trust().roots().isEmpty()
        ? make(key, model.trust(), SecurityResources::trust)
        : null;
  }

  private @Nullable Made inbound(ResourceKey key) {
    Selected whose = own(key.name()).orElse(null);
    return whose == null
        ? null
        : make(
            key,
            new Guarded<>(
                model.inbound(whose.namespace(), whose.labels()), model.settings().trustDomains()),
            it -> SecurityResources.inbound(it.policy, it.trustDomains));
  }

  private @Nullable Made authorization(ResourceKey key) {
    Selected whose = own(key.name()).orElse(null);
    return whose == null ? null : make(key, guarding(whose), AuthorizationResource::of);
  }

  private @Nullable Made identity(ResourceKey key) {
    Set<String> places = model.identities().places(key.name());
    return places.isEmpty()
        ? null
        : make(key, places, it -> SecurityResources.identity(key.name(), it));
  }

  private @Nullable Made cluster(ResourceKey key) {
    if (UnknownHosts.CLUSTERS.contains(key.name())) {
      return profile == Profile.GRPC ? null : make(key, key.name(), UnknownHosts::cluster);
    }
    Cluster cluster = find(key.name());
    // Endpoints of their own do not make another cluster.
    return cluster == null ? null : make(key, cluster, it -> clusters.of(it).orElse(null));
  }

  private @Nullable Made endpoints(ResourceKey key) {
    Cluster cluster = find(key.name());
    return cluster == null || !ClusterResource.hasEndpoints(cluster)
        ? null
        : make(key, cluster.groups(), it -> EndpointsResource.ofGroups(key.name(), it));
  }

  private @Nullable Cluster find(String name) {
    return Names.destination(name).flatMap(view::cluster).orElse(null);
  }

  private @Nullable Made routes(ResourceKey key) {
    if (key.name().equals(UnknownHosts.ROUTES)) {
      return make(key, view.outbound(), UnknownHosts::routes);
    }
    RoutedHost host =
        Names.authority(key.name())
            .flatMap(view::resolve)
            .filter(it -> Names.routes(it).equals(key.name()))
            .orElse(null);
    return host == null
        ? null
        : make(key, new Routing(host, view.routes(host)), it -> routes.of(it.host, it.routes));
  }

  private @Nullable Made listener(ResourceKey key) {
    RoutedHost host = view.resolve(key.name()).orElse(null);
    return host == null
        ? null
        : make(key, Names.routes(host), any -> ListenerResource.of(key.name(), host, profile));
  }

  private <T> @Nullable Made make(
      ResourceKey key, T inputs, Function<T, ? extends @Nullable Message> maker) {
    Made before = previous.get(key);
    if (before != null && before.inputs.equals(inputs)) {
      return before;
    }
    Message message = maker.apply(inputs);
    return message == null ? null : new Made(inputs, Encoded.of(key.type(), key.name(), message));
  }
}
