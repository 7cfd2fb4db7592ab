package dev.weft.control.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model as one caller sees it: which hosts there are, where their requests go and under which
 * policy. The semantics are those of istiod for a sidecar in the caller's namespace.
 */
public final class CallerView {

  private final MeshModel model;
  private final Caller caller;
  private final Visibility visibility;
  private final PolicyLookup policies;
  private final HostLookup hosts;
  private final Encrypted encrypted;
  private final L4View l4;
  private final OutboundTrafficPolicy outbound;

  /**
   * @param sidecar that speaks of the caller; null: none
   */
  CallerView(MeshModel model, Caller caller, @Nullable Sidecar sidecar) {
    this.model = model;
    this.caller = caller;
    this.visibility = new Visibility(model, caller.namespace(), sidecar);
    this.policies = new PolicyLookup(model, caller);
    this.hosts = new HostLookup(model, this);
    this.encrypted = new Encrypted(this);
    this.l4 = new L4View(model, this);
    OutboundTrafficPolicy own = sidecar == null ? null : sidecar.outbound();
    this.outbound = own == null ? model.settings().defaults().outbound() : own;
  }

  /** The caller, with those of its labels that make a difference. */
  public Caller caller() {
    return caller;
  }

  /** What becomes of requests to hosts that the caller does not see. */
  public OutboundTrafficPolicy outbound() {
    return outbound;
  }

  /** The services that requests of this caller may be sent to, one per host. */
  public List<Service> services() {
    return model.services().stream()
        .filter(service -> service.equals(service(service.host()).orElse(null)))
        .toList();
  }

  /** Those of them that this caller may address, so that it need not be a rule that leads there. */
  public List<Service> addressable() {
    return services().stream().filter(visibility::routes).toList();
  }

  /**
   * Hosts that only rules name: no service stands behind them, their requests go where the rule
   * says.
   */
  public List<Fqdn> hostsOfRulesAlone() {
    return model.rules().stream()
        .filter(visibility::routes)
        .filter(rule -> !rule.http().isEmpty())
        .flatMap(rule -> rule.hosts().stream())
        .filter(host -> !host.isWildcard())
        .filter(host -> service(host).filter(visibility::routes).isEmpty())
        .distinct()
        .toList();
  }

  /** Whether the rule counts for any of this caller's requests. */
  public boolean sees(RoutingRule rule) {
    return visibility.routes(rule);
  }

  /**
   * The service of this very host, or of the most specific wildcard that covers it. Of several
   * services of one host: the caller's own namespace's, else the first that it sees.
   */
  public Optional<Service> service(Fqdn host) {
    return service(host, visibility::reaches);
  }

  /** Likewise, of those that the caller may address on this port. */
  Optional<Service> addressed(Fqdn host, int port) {
    return service(host, service -> visibility.routes(service, port));
  }

  private Optional<Service> service(Fqdn host, Predicate<Service> sees) {
    HostIndex<Service> index = model.servicesByHost();
    return preferred(index.exactly(host).stream().filter(sees))
        .or(() -> preferred(index.covering(host).filter(sees)));
  }

  /**
   * The short forms under which this caller may also name a service: {@code reviews}, {@code
   * reviews.default}, {@code reviews.default.svc}. The first only within its namespace.
   */
  public List<String> aliases(Service service) {
    return hosts.aliases(service);
  }

  /** What the authority means to this caller; empty where it is not the mesh's business. */
  public Optional<RoutedHost> resolve(String authority) {
    return Authority.parse(authority).flatMap(hosts::resolve);
  }

  /**
   * The routes of a host, in order, for this caller: conditions on the caller are decided, routes
   * that can never be reached are left out, and every destination has its port. Without a rule: the
   * one route to the service itself.
   */
  public List<HttpRoute> routes(RoutedHost host) {
    return rule(host)
        .map(rule -> applicable(rule, host.port(), host.scheme()))
        .orElseGet(() -> defaultRoute(host));
  }

  /**
   * The routes of connections to a port of a service, for this caller; empty where they go where
   * the application connects.
   */
  public List<L4Route> connections(Service service, ServicePort port) {
    boolean addressed =
        addressed(service.host(), port.number()).filter(service::equals).isPresent();
    return addressed ? l4.routes(service, port) : List.of();
  }

  /**
   * The rule whose routes {@link #routes} returns; empty for the default route. Rules for the very
   * host are asked before the most specific one with a wildcard, and a rule none of whose routes is
   * for this caller is passed over.
   */
  public Optional<RoutingRule> rule(RoutedHost host) {
    HostIndex<RoutingRule> index = model.rulesByHost();
    return Stream.concat(
            index.exactly(host.host()).stream().filter(rule -> counts(rule, host.port())),
            index.covering(host.host()).filter(rule -> counts(rule, host.port())).limit(1))
        .filter(rule -> !applicable(rule, host.port(), host.scheme()).isEmpty())
        .findFirst();
  }

  /**
   * Routes of a rule that are for this caller on a port, but not for requests that the application
   * encrypts: they would go where no TLS is spoken, or back to where they come from.
   */
  public List<HttpRoute> plaintextOnly(RoutingRule rule, int port) {
    return applicable(rule, port, Scheme.HTTP).stream()
        .filter(route -> !encrypted.admits(rule, route, port))
        .toList();
  }

  /** Routes of a rule by which this caller's requests on a port may be sent, encrypted or not. */
  public List<HttpRoute> routes(RoutingRule rule, int port, Scheme scheme) {
    return applicable(rule, port, scheme);
  }

  /**
   * The destination as it stands now; empty where host, port or subset do not exist: 503 with the
   * flag NC.
   */
  public Optional<Cluster> cluster(Destination destination) {
    Service service = service(destination.host()).orElse(null);
    Integer number = destination.port();
    ServicePort port = service == null || number == null ? null : service.port(number).orElse(null);
    if (service == null || port == null || !visibility.reaches(service, port.number())) {
      return Optional.empty();
    }
    Optional<DestinationPolicy> policy = policy(service);
    Optional<Subset> subset = policy.flatMap(rule -> rule.subset(destination.subset()));
    if (!destination.subset().isEmpty() && subset.isEmpty()) {
      return Optional.empty();
    }
    List<Endpoint> endpoints =
        service.endpoints(port.number()).stream()
            .filter(endpoint -> subset.isEmpty() || endpoint.carries(subset.get().labels()))
            .toList();
    TrafficPolicy effective = effective(policy.orElse(null), subset.orElse(null), port.number());
    return Optional.of(
        new Cluster(
            destination.onPort(port.number()),
            service,
            port,
            effective,
            endpoints,
            EndpointGroups.of(endpoints, effective, caller)));
  }

  /** The policy that holds for a service. */
  public Optional<DestinationPolicy> policy(Service service) {
    return policy(service.host(), service.namespace());
  }

  /**
   * As {@link #policy(Service)}, for a host that need not exist and the namespace that defines or
   * would define it.
   */
  public Optional<DestinationPolicy> policy(Fqdn host, Namespace definedIn) {
    return policies.find(host, definedIn);
  }

  private TrafficPolicy effective(
      @Nullable DestinationPolicy policy, @Nullable Subset subset, int port) {
    PolicySettings settings = policy == null ? PolicySettings.NONE : policy.settings().onPort(port);
    return (subset == null ? settings : settings.overriddenBy(subset.settings(), port))
        .with(model.settings().defaults());
  }

  /** Whether requests of this scheme to a port of a service are routed one by one. */
  boolean routes(Service service, int number, Scheme scheme) {
    return scheme.isRoutedOn(service.port(number))
        && (scheme == Scheme.HTTP
            || service.port(number).filter(port -> l4.decidesOnTls(service, port)).isEmpty());
  }

  /** Whether the rule counts for requests on this port. */
  boolean counts(RoutingRule rule, int port) {
    return visibility.routes(rule, port);
  }

  /** The rule's routes for this caller on a port; empty where none of them is. */
  List<HttpRoute> applicable(RoutingRule rule, int port, Scheme scheme) {
    List<HttpRoute> routes = new ArrayList<>();
    for (HttpRoute route : rule.http()) {
      List<RouteMatch> matches = admitted(route, port, scheme);
      if (!matches.isEmpty() || route.matches().isEmpty()) {
        HttpRoute effective =
            route
                .with(matches, withPorts(route.destinations(), port))
                .mirroring(destination -> withPort(destination, port))
                .retrying(model.settings().defaults().retries());
        if (scheme == Scheme.HTTPS && !encrypted.admits(rule, effective, port)) {
          continue;
        }
        routes.add(effective);
        if (effective.catchesAll()) {
          break;
        }
      }
    }
    return routes;
  }

  private List<RouteMatch> admitted(HttpRoute route, int port, Scheme scheme) {
    List<RouteMatch> matches = new ArrayList<>();
    for (RouteMatch match : route.matches()) {
      if (match.callers().admits(caller, port)
          && (scheme == Scheme.HTTP || Encrypted.admits(match))) {
        matches.add(match);
        if (match.catchesAll()) {
          break;
        }
      }
    }
    return matches;
  }

  private List<WeightedDestination> withPorts(List<WeightedDestination> destinations, int port) {
    return destinations.stream()
        .map(
            weighted ->
                weighted.with(withPort(weighted.destination(), port), hash(weighted.destination())))
        .toList();
  }

  Destination withPort(Destination destination, int called) {
    if (destination.port() != null) {
      return destination;
    }
    List<ServicePort> ports = service(destination.host()).map(Service::ports).orElse(List.of());
    return destination.onPort(ports.size() == 1 ? ports.get(0).number() : called);
  }

  private List<HttpRoute> defaultRoute(RoutedHost host) {
    Service service = host.service();
    if (service == null) {
      return List.of();
    }
    HttpRoute route =
        HttpRoute.to(new Destination(service.host(), host.port(), ""))
            .retrying(model.settings().defaults().retries());
    ConsistentHash hash = hash(service, host.port());
    return List.of(
        route.with(
            route.matches(),
            route.destinations().stream().map(it -> it.with(it.destination(), hash)).toList()));
  }

  /** Istio takes a port's hash over the host's only where the port has one. */
  private @Nullable ConsistentHash hash(Service service, int port) {
    PolicySettings settings =
        policy(service).map(DestinationPolicy::settings).orElse(PolicySettings.NONE);
    ConsistentHash ofPort = settings.consistentHashOnPort(port);
    return ofPort != null ? ofPort : settings.consistentHash();
  }

  /**
   * As istiod's HashForHTTPDestination: a port counts only where the route names it, and the
   * subset's settings go before those of the host.
   */
  private @Nullable ConsistentHash hash(Destination destination) {
    Service service = service(destination.host()).orElse(null);
    DestinationPolicy policy = service == null ? null : policy(service).orElse(null);
    if (policy == null) {
      return null;
    }
    PolicySettings subset =
        policy.subset(destination.subset()).map(Subset::settings).orElse(PolicySettings.NONE);
    Integer port = destination.port();
    return Stream.of(
            port == null ? null : subset.consistentHashOnPort(port),
            subset.consistentHash(),
            port == null ? null : policy.settings().consistentHashOnPort(port),
            policy.settings().consistentHash())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The caller's own namespace's, else the first. */
  private Optional<Service> preferred(Stream<Service> services) {
    List<Service> visible = services.toList();
    return visible.stream()
        .filter(service -> service.namespace().equals(caller.namespace()))
        .findFirst()
        .or(() -> visible.stream().findFirst());
  }
}
