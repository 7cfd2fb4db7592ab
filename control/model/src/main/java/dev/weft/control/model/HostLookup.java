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
    Scheme scheme = authority.scheme();
    return ofRule(literal, port, scheme)
        .or(() -> ofService(literal, port, scheme))
        .or(() -> ofService(expanded(literal), port, scheme))
        .or(() -> ofAddress(literal, port, scheme));
  }

  /**
   * A rule's host that is no service: taken literally, on port 80 and on the ports of the rule's
   * services. TLS is never expected where no port says so.
   */
  private Optional<RoutedHost> ofRule(Fqdn host, int port, Scheme scheme) {
    if (view.addressed(host, port).isPresent()) {
      return Optional.empty();
    }
    return model
        .rulesByHost()
        .matching(host)
        .filter(rule -> view.counts(rule, port))
        .filter(rule -> isOnly(port, scheme) || servesPort(rule, port, scheme))
        .filter(rule -> !view.applicable(rule, port, scheme).isEmpty())
        .findFirst()
        .map(rule -> new RoutedHost(host, port, scheme, null));
  }

  private static boolean isOnly(int port, Scheme scheme) {
    return port == HOST_ONLY_PORT && scheme == Scheme.HTTP;
  }

  private boolean servesPort(RoutingRule rule, int port, Scheme scheme) {
    return rule.hosts().stream()
        .flatMap(host -> view.addressed(host, port).stream())
        .anyMatch(service -> view.routes(service, port, scheme));
  }

  private Optional<RoutedHost> ofService(Fqdn host, int port, Scheme scheme) {
    return view.addressed(host, port)
        .filter(service -> view.routes(service, port, scheme))
        .map(service -> new RoutedHost(host, port, scheme, service));
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

  private Optional<RoutedHost> ofAddress(Fqdn address, int port, Scheme scheme) {
    boolean numeric = address.value().contains(":") || address.value().matches("[\\d.]+");
    if (!numeric) {
      return Optional.empty();
    }
    return view.addressable().stream()
        .filter(service -> service.addresses().contains(address.value()))
        .flatMap(service -> ofService(service.host(), port, scheme).stream())
        .findFirst();
  }

  private boolean isOwn(Namespace namespace) {
    return namespace.equals(view.caller().namespace());
  }
}
