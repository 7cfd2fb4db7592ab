package dev.weft.control.model;

import dev.weft.control.model.L4Route.Kind;
import dev.weft.control.model.L4Route.Match;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the connections of one caller go, as istiod's listeners of a sidecar have it (tls.go). */
final class L4View {

  private final MeshModel model;
  private final CallerView view;

  L4View(MeshModel model, CallerView view) {
    this.model = model;
    this.view = view;
  }

  /**
   * The routes of connections to a port of a service: those of its rules, each with the matches
   * that admit this caller, and the one to the service itself where it has a place. Empty where
   * connections are none of the mesh's business.
   */
  List<L4Route> routes(Service service, ServicePort port) {
    return switch (port.protocol()) {
      case TLS, HTTPS -> tls(service, port);
      case TCP, UNDECLARED -> tcp(service, port);
      case HTTP, HTTP2, GRPC, GRPC_WEB, UDP -> List.of();
    };
  }

  /** Whether a rule says where this caller's TLS to the port goes. */
  boolean decidesOnTls(Service service, ServicePort port) {
    boolean speaksTls = port.protocol() == Protocol.TLS || port.protocol() == Protocol.HTTPS;
    return speaksTls
        && written(service, port, Kind.TLS).stream()
            .anyMatch(route -> !admitted(route, port).isEmpty());
  }

  /** Once there is a rule, connections that it does not match are none of the service's. */
  private List<L4Route> tls(Service service, ServicePort port) {
    List<L4Route> routes = new ArrayList<>();
    for (L4Route route : written(service, port, Kind.TLS)) {
      List<Match> matches = admitted(route, port);
      if (!matches.isEmpty()) {
        routes.add(route.with(matches, destinations(route, port)));
      }
    }
    return routes.isEmpty() ? own(service, port) : routes;
  }

  /** The first that asks for no address ends the list. */
  private List<L4Route> tcp(Service service, ServicePort port) {
    List<L4Route> routes = new ArrayList<>();
    for (L4Route route : written(service, port, Kind.TCP)) {
      List<Match> matches = admitted(route, port);
      boolean always =
          route.matches().isEmpty() || matches.stream().anyMatch(it -> it.subnets().isEmpty());
      if (always) {
        routes.add(route.with(List.of(Match.ANY), destinations(route, port)));
        return routes;
      }
      if (!matches.isEmpty()) {
        routes.add(route.with(matches, destinations(route, port)));
      }
    }
    if (!routes.isEmpty()) {
      routes.add(route(service, port));
      return routes;
    }
    return port.protocol() == Protocol.TCP ? own(service, port) : List.of();
  }

  /**
   * Without a rule, what is declared to carry no requests goes to the service's endpoints; the
   * application's own choice is as good where names are looked up, or nobody is listed.
   */
  private List<L4Route> own(Service service, ServicePort port) {
    return service.resolution() == Service.Resolution.STATIC
        ? List.of(route(service, port))
        : List.of();
  }

  private L4Route route(Service service, ServicePort port) {
    Destination own = new Destination(service.host(), port.number(), "");
    WeightedDestination all = new WeightedDestination(own, 1, HeaderEdits.NONE, hash(own));
    return new L4Route(Kind.TCP, List.of(Match.ANY), List.of(all), new SourceLocation("", 0));
  }

  private List<L4Route> written(Service service, ServicePort port, Kind kind) {
    return model
        .rulesByHost()
        .matching(service.host())
        .filter(rule -> view.counts(rule, port.number()))
        .flatMap(rule -> rule.l4().stream())
        .filter(route -> route.kind() == kind)
        .toList();
  }

  private List<Match> admitted(L4Route route, ServicePort port) {
    return route.matches().stream()
        .filter(match -> match.callers().admits(view.caller(), port.number()))
        .toList();
  }

  private List<WeightedDestination> destinations(L4Route route, ServicePort port) {
    return route.destinations().stream()
        .map(it -> it.with(view.withPort(it.destination(), port.number()), hash(it.destination())))
        .toList();
  }

  /** As istiod has it for connections: of a port nothing counts, and a subset's own goes first. */
  private @Nullable ConsistentHash hash(Destination destination) {
    DestinationPolicy policy = view.service(destination.host()).flatMap(view::policy).orElse(null);
    if (policy == null) {
      return null;
    }
    return policy
        .subset(destination.subset())
        .map(Subset::settings)
        .filter(settings -> settings.loadBalancer() != null)
        .orElse(policy.settings())
        .consistentHash();
  }
}
