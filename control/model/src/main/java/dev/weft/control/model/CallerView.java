package dev.weft.control.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model as one caller sees it: which hosts there are, where their requests go and under which
 * policy. The semantics are those of istiod for a sidecar in the caller's namespace with no Sidecar
 * resource.
 */
public final class CallerView {

  /** Where rules for hosts that are no services apply, as in Istio. */
  private static final int HOST_ONLY_PORT = 80;

  private final MeshModel model;
  private final Caller caller;

  CallerView(MeshModel model, Caller caller) {
    this.model = model;
    this.caller = caller;
  }

  /** The caller, with those of its labels that make a difference. */
  public Caller caller() {
    return caller;
  }

  /** The services that this caller may use, one per host. */
  public List<Service> services() {
    return model.services().stream()
        .filter(service -> service.equals(service(service.host()).orElse(null)))
        .toList();
  }

  /**
   * Hosts that only rules name: no service stands behind them, their requests go where the rule
   * says.
   */
  public List<Fqdn> hostsOfRulesAlone() {
    return model.rules().stream()
        .filter(rule -> rule.exportTo().includes(caller.namespace()))
        .flatMap(rule -> rule.hosts().stream())
        .filter(host -> !host.isWildcard() && service(host).isEmpty())
        .distinct()
        .toList();
  }

  /** The service of this very host, or of the most specific wildcard that covers it. */
  public Optional<Service> service(Fqdn host) {
    HostIndex<Service> index = model.servicesByHost();
    return preferred(index.exactly(host).stream()).or(() -> preferred(index.covering(host)));
  }

  /**
   * The short forms under which this caller may also name a service: {@code reviews}, {@code
   * reviews.default}, {@code reviews.default.svc}. The first only within its namespace.
   */
  public List<String> aliases(Service service) {
    return ServiceName.of(service.host(), model.settings().domain())
        .map(
            name ->
                Stream.of(name.name(), name.toString(), name + ".svc")
                    .filter(
                        alias -> alias.contains(".") || name.namespace().equals(caller.namespace()))
                    .toList())
        .orElse(List.of());
  }

  /** What the authority means to this caller; empty where it is not the mesh's business. */
  public Optional<RoutedHost> resolve(String authority) {
    Optional<Authority> parsed = Authority.parse(authority);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    Fqdn literal = new Fqdn(parsed.get().host());
    int port = parsed.get().port();
    return namedByRule(literal, port)
        .or(() -> ofService(literal, port))
        .or(() -> ofService(expanded(literal), port))
        .or(() -> atAddress(literal, port));
  }

  /**
   * The routes of a host, in order, for this caller: conditions on the caller are decided, routes
   * that can never be reached are left out, and every destination has its port. Without a rule: the
   * one route to the service itself.
   */
  public List<HttpRoute> routes(RoutedHost host) {
    return Stream.concat(
            rulesFor(host.host()),
            model.rulesByHost().covering(host.host()).filter(this::sees).limit(1))
        .map(rule -> applicable(rule, host.port()))
        .filter(routes -> !routes.isEmpty())
        .findFirst()
        .orElseGet(() -> defaultRoute(host));
  }

  /** The rule whose routes {@link #routes} returns; empty for the default route. */
  public Optional<RoutingRule> rule(RoutedHost host) {
    return Stream.concat(
            rulesFor(host.host()),
            model.rulesByHost().covering(host.host()).filter(this::sees).limit(1))
        .filter(rule -> !applicable(rule, host.port()).isEmpty())
        .findFirst();
  }

  /**
   * The destination as it stands now; empty where host, port or subset do not exist: 503 with the
   * flag NC.
   */
  public Optional<Cluster> cluster(Destination destination) {
    Service service = service(destination.host()).orElse(null);
    ServicePort port = service == null ? null : portOf(service, destination.port());
    if (service == null || port == null) {
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
    return Optional.of(
        new Cluster(
            destination.onPort(port.number()),
            service,
            port,
            effective(policy.orElse(null), subset.orElse(null), port.number()),
            endpoints));
  }

  /**
   * The policy that holds for a service: the caller's namespace is asked first, then the service's,
   * then the root namespace; in each the most specific host, and the first hit ends the search.
   */
  public Optional<DestinationPolicy> policy(Service service) {
    Namespace own = caller.namespace();
    Namespace root = model.settings().rootNamespace();
    Predicate<DestinationPolicy> exported = policy -> policy.exportTo().includes(own);
    Predicate<DestinationPolicy> ownPolicy =
        policy -> !own.equals(root) || policy.exportTo().equals(onlyTo(root));
    return policyIn(own, service, ownPolicy)
        .or(() -> policyIn(service.namespace(), service, exported.and(policy -> !inRoot(policy))))
        .or(() -> policyIn(root, service, exported));
  }

  private boolean inRoot(DestinationPolicy policy) {
    return policy.id().namespace().equals(model.settings().rootNamespace());
  }

  private static ExportTo onlyTo(Namespace namespace) {
    return ExportTo.only(Set.of(namespace));
  }

  private Optional<DestinationPolicy> policyIn(
      Namespace namespace, Service service, Predicate<DestinationPolicy> counts) {
    HostIndex<DestinationPolicy> index = model.policiesOf(namespace);
    return index == null
        ? Optional.empty()
        : index.matching(service.host()).filter(counts).findFirst();
  }

  private static TrafficPolicy effective(
      @Nullable DestinationPolicy policy, @Nullable Subset subset, int port) {
    PolicySettings settings = policy == null ? PolicySettings.NONE : policy.settings().onPort(port);
    return (subset == null ? settings : settings.overriddenBy(subset.settings(), port))
        .withDefaults();
  }

  private boolean sees(RoutingRule rule) {
    return rule.exportTo().includes(caller.namespace());
  }

  /** Rules of exactly this host; those for fewer namespaces come first, as istiod orders them. */
  private Stream<RoutingRule> rulesFor(Fqdn host) {
    return model.rulesByHost().exactly(host).stream()
        .filter(this::sees)
        .sorted(Comparator.comparing(this::reach));
  }

  private int reach(RoutingRule rule) {
    if (rule.exportTo().everywhere()) {
      return 2;
    }
    return rule.exportTo().equals(onlyTo(rule.id().namespace())) ? 0 : 1;
  }

  private List<HttpRoute> applicable(RoutingRule rule, int port) {
    List<HttpRoute> routes = new ArrayList<>();
    for (HttpRoute route : rule.http()) {
      List<RouteMatch> matches = new ArrayList<>();
      for (RouteMatch match : route.matches()) {
        if (match.callers().admits(caller, port)) {
          matches.add(match);
          if (match.catchesAll()) {
            break;
          }
        }
      }
      if (!matches.isEmpty() || route.matches().isEmpty()) {
        HttpRoute effective = route.with(matches, withPorts(route.destinations(), port));
        routes.add(effective);
        if (effective.catchesAll()) {
          break;
        }
      }
    }
    return routes;
  }

  private List<WeightedDestination> withPorts(List<WeightedDestination> destinations, int port) {
    return destinations.stream()
        .map(
            weighted ->
                new WeightedDestination(
                    withPort(weighted.destination(), port), weighted.weight(), weighted.headers()))
        .toList();
  }

  private Destination withPort(Destination destination, int called) {
    if (destination.port() != null) {
      return destination;
    }
    List<ServicePort> ports = service(destination.host()).map(Service::ports).orElse(List.of());
    return destination.onPort(ports.size() == 1 ? ports.get(0).number() : called);
  }

  private static List<HttpRoute> defaultRoute(RoutedHost host) {
    return host.service() == null
        ? List.of()
        : List.of(HttpRoute.to(new Destination(host.service().host(), host.port(), "")));
  }

  /**
   * A rule's host that is no service: taken literally, on port 80 and on the ports of the rule's
   * services.
   */
  private Optional<RoutedHost> namedByRule(Fqdn host, int port) {
    if (service(host).isPresent()) {
      return Optional.empty();
    }
    return model
        .rulesByHost()
        .matching(host)
        .filter(this::sees)
        .filter(rule -> port == HOST_ONLY_PORT || servesPort(rule, port))
        .filter(rule -> !applicable(rule, port).isEmpty())
        .findFirst()
        .map(rule -> new RoutedHost(host, port, null));
  }

  private boolean servesPort(RoutingRule rule, int port) {
    return rule.hosts().stream()
        .flatMap(host -> service(host).stream())
        .anyMatch(service -> portOf(service, port) != null);
  }

  private Optional<RoutedHost> ofService(Fqdn host, int port) {
    return service(host)
        .filter(service -> portOf(service, port) != null)
        .map(service -> new RoutedHost(host, port, service));
  }

  private Fqdn expanded(Fqdn host) {
    String domain = model.settings().domain();
    String[] labels = host.value().split("\\.", -1);
    return switch (labels.length) {
      case 1 -> new ServiceName(host.value(), caller.namespace()).fqdn(domain);
      case 2 -> new Fqdn(host + ".svc." + domain);
      case 3 -> labels[2].equals("svc") ? new Fqdn(host + "." + domain) : host;
      default -> host;
    };
  }

  private Optional<RoutedHost> atAddress(Fqdn address, int port) {
    return services().stream()
        .filter(service -> service.addresses().contains(address.value()))
        .filter(service -> portOf(service, port) != null)
        .findFirst()
        .map(service -> new RoutedHost(service.host(), port, service));
  }

  private static @Nullable ServicePort portOf(Service service, @Nullable Integer number) {
    return service.ports().stream()
        .filter(port -> number != null && port.number() == number)
        .filter(port -> port.protocol().carriesRequests())
        .findFirst()
        .orElse(null);
  }

  /** Of several services of one host: the caller's own namespace's, else the first that it sees. */
  private Optional<Service> preferred(Stream<Service> services) {
    List<Service> visible =
        services.filter(service -> service.exportTo().includes(caller.namespace())).toList();
    return visible.stream()
        .filter(service -> service.namespace().equals(caller.namespace()))
        .findFirst()
        .or(() -> visible.stream().findFirst());
  }
}
