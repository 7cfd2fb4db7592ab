package dev.weft.control.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one caller sees: of all that is exported to its namespace, what its Sidecar imports, as
 * istiod's sidecar.go has it. Requests to a port are routed by what the listener for this port
 * imports; they may be sent to whatever any listener imports, and to where an imported rule sends
 * them.
 */
final class Visibility {

  /** Stands for all ports of a service. */
  private static final int EVERY_PORT = 0;

  private final Namespace own;
  private final List<Sidecar.Egress> listeners;

  /** Ports by the hosts to which only rules lead. */
  private final Map<Fqdn, Set<Integer>> destinations = new HashMap<>();

  /**
   * @param sidecar null: there is none for this caller
   */
  Visibility(MeshModel model, Namespace own, @Nullable Sidecar sidecar) {
    this.own = own;
    this.listeners = sidecar == null ? List.of(Sidecar.EVERYTHING) : sidecar.egress();
    if (sidecar != null) {
      model.rules().forEach(this::addDestinations);
    }
  }

  private void addDestinations(RoutingRule rule) {
    for (Sidecar.Egress listener : listeners) {
      if (rule.exportTo().includes(own) && listener.imports(rule, own)) {
        int port = listener.port() == null ? EVERY_PORT : listener.port();
        Stream<Destination> ofConnections =
            rule.l4().stream()
                .flatMap(route -> route.destinations().stream())
                .map(WeightedDestination::destination);
        Stream.concat(rule.http().stream().flatMap(HttpRoute::reached), ofConnections)
            .forEach(
                destination ->
                    destinations
                        .computeIfAbsent(destination.host(), any -> new HashSet<>())
                        .add(port));
      }
    }
  }

  /** Whether requests on this port may be addressed to the service. */
  boolean routes(Service service, int port) {
    Sidecar.Egress listener = listener(port);
    return listener != null && isExported(service) && listener.imports(service, own);
  }

  /** Whether there is a port on which requests may be addressed to the service. */
  boolean routes(Service service) {
    return isExported(service) && listeners.stream().anyMatch(it -> it.imports(service, own));
  }

  /** Whether the rule counts for requests on this port. */
  boolean routes(RoutingRule rule, int port) {
    Sidecar.Egress listener = listener(port);
    return listener != null && rule.exportTo().includes(own) && listener.imports(rule, own);
  }

  /** Whether there is a port for which the rule counts. */
  boolean routes(RoutingRule rule) {
    return rule.exportTo().includes(own)
        && listeners.stream().anyMatch(it -> it.imports(rule, own));
  }

  /** Whether requests may be sent to the service at this port. */
  boolean reaches(Service service, int port) {
    Set<Integer> ports = destinations.getOrDefault(service.host(), Set.of());
    return isExported(service)
        && (ports.contains(EVERY_PORT)
            || ports.contains(port)
            || listeners.stream().anyMatch(it -> it.isFor(port) && it.imports(service, own)));
  }

  /** Whether requests may be sent to the service at any port. */
  boolean reaches(Service service) {
    return routes(service) || (isExported(service) && destinations.containsKey(service.host()));
  }

  private Sidecar.@Nullable Egress listener(int port) {
    return listeners.stream().filter(it -> it.isFor(port)).findFirst().orElse(null);
  }

  private boolean isExported(Service service) {
    return service.exportTo().includes(own);
  }
}
