package dev.weft.control.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out which host an authority names, for one caller. */
final class HostLookup {

  /** Where rules for hosts that are no services apply, as in Istio. */
  private static final int HOST_ONLY_PORT = 80;

  private final MeshModel model;
  private final CallerView view;

  HostLookup(MeshModel model, CallerView view) {
    this.model = model;
    this.view = view;
  }

  List<String> aliases(Service service) {
    return ServiceName.of(service.host(), model.settings().domain())
        .map(
            name ->
                Stream.of(name.name(), name.toString(), name + ".svc")
                    .filter(alias -> alias.contains(".") || isOwn(name.namespace()))
                    .toList())
        .orElse(List.of());
  }

  Optional<RoutedHost> resolve(Authority authority) {
    Fqdn literal = new Fqdn(authority.host());
    int port = authority.port();
    return ofRule(literal, port)
        .or(() -> ofService(literal, port))
        .or(() -> ofService(expanded(literal), port))
        .or(() -> ofAddress(literal, port));
  }

  /**
   * A rule's host that is no service: taken literally, on port 80 and on the ports of the rule's
   * services.
   */
  private Optional<RoutedHost> ofRule(Fqdn host, int port) {
    if (view.addressed(host, port).isPresent()) {
      return Optional.empty();
    }
    return model
        .rulesByHost()
        .matching(host)
        .filter(rule -> view.counts(rule, port))
        .filter(rule -> port == HOST_ONLY_PORT || servesPort(rule, port))
        .filter(rule -> !view.applicable(rule, port).isEmpty())
        .findFirst()
        .map(rule -> new RoutedHost(host, port, null));
  }

  private boolean servesPort(RoutingRule rule, int port) {
    return rule.hosts().stream()
        .flatMap(host -> view.addressed(host, port).stream())
        .anyMatch(service -> routes(service, port));
  }

  private Optional<RoutedHost> ofService(Fqdn host, int port) {
    return view.addressed(host, port)
        .filter(service -> routes(service, port))
        .map(service -> new RoutedHost(host, port, service));
  }

  private Fqdn expanded(Fqdn host) {
    String domain = model.settings().domain();
    String[] labels = host.value().split("\\.", -1);
    return switch (labels.length) {
      case 1 -> new ServiceName(host.value(), view.caller().namespace()).fqdn(domain);
      case 2 -> new Fqdn(host + ".svc." + domain);
      case 3 -> labels[2].equals("svc") ? new Fqdn(host + "." + domain) : host;
      default -> host;
    };
  }

  private Optional<RoutedHost> ofAddress(Fqdn address, int port) {
    boolean numeric = address.value().contains(":") || address.value().matches("[\\d.]+");
    if (!numeric) {
      return Optional.empty();
    }
    return view.addressable().stream()
        .filter(service -> service.addresses().contains(address.value()))
        .flatMap(service -> ofService(service.host(), port).stream())
        .findFirst();
  }

  /** Whether the service has the port, and requests on it are routed one by one. */
  private static boolean routes(Service service, int number) {
    return service.port(number).filter(port -> port.protocol().carriesRequests()).isPresent();
  }

  private boolean isOwn(Namespace namespace) {
    return namespace.equals(view.caller().namespace());
  }
}
