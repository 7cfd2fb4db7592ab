package dev.weft.control.config;

import dev.weft.control.config.Resource.WrittenEndpoint;
import dev.weft.control.config.WorkloadIndex.Candidate;
import dev.weft.control.model.Endpoint;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.Listener;
import dev.weft.control.model.Locality;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.TargetPort;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out which port of a workload serves which port of a service.
 *
 * <p>A registered workload listens where it likes: a numeric target port counts if the workload
 * listens there; without one, the port of the same number, else the only listening port that speaks
 * the service port's protocol. A declared workload serves the port that it gives that name, else
 * the target port. Of a placed one its platform says it, for its own services.
 */
final class EndpointResolver {

  private static final Comparator<Endpoint> ORDER =
      Comparator.comparing(Endpoint::address).thenComparing(Endpoint::port);

  private final Resource resource;
  private final List<Finding> findings;

  EndpointResolver(Resource resource, List<Finding> findings) {
    this.resource = resource;
    this.findings = findings;
  }

  Map<Integer, List<Endpoint>> ofWorkloads(List<ServicePort> ports, List<Candidate> workloads) {
    Map<Integer, List<Endpoint>> endpoints = new HashMap<>();
    for (ServicePort port : ports) {
      List<Endpoint> serving = new ArrayList<>();
      for (Candidate one : workloads) {
        Optional<Integer> target = target(port, one.workload());
        target.ifPresent(number -> serving.add(endpoint(one, number)));
        if (target.isEmpty()) {
          reportNoPort(port, one.workload());
        }
      }
      serving.sort(ORDER);
      endpoints.put(port.number(), List.copyOf(serving));
    }
    return endpoints;
  }

  /** Endpoints written into a ServiceEntry. */
  Map<Integer, List<Endpoint>> written(List<ServicePort> ports, List<WrittenEndpoint> written) {
    Map<Integer, List<Endpoint>> endpoints = new HashMap<>();
    for (ServicePort port : ports) {
      endpoints.put(
          port.number(),
          written.stream()
              .map(
                  one ->
                      new Endpoint(
                          one.address(),
                          one.ports().getOrDefault(port.name(), numbered(port)),
                          one.labels(),
                          one.locality(),
                          one.weight(),
                          null))
              .toList());
    }
    return endpoints;
  }

  /** The host itself, for DNS to resolve. */
  Map<Integer, List<Endpoint>> ofHost(List<ServicePort> ports, Fqdn host) {
    return written(
        ports,
        List.of(new WrittenEndpoint(host.value(), Map.of(), Map.of(), Locality.UNKNOWN, 1, "")));
  }

  /** Endpoints of an implicit service: each port is served by those that listen on it. */
  static Map<Integer, List<Endpoint>> listeners(
      List<ServicePort> ports, List<Candidate> workloads) {
    Map<Integer, List<Endpoint>> endpoints = new HashMap<>();
    for (ServicePort port : ports) {
      endpoints.put(
          port.number(),
          workloads.stream()
              .filter(one -> listens(one.workload(), port.number()))
              .map(one -> endpoint(one, port.number()))
              .sorted(ORDER)
              .toList());
    }
    return endpoints;
  }

  private Optional<Integer> target(ServicePort port, Workload workload) {
    if (workload.origin() == Workload.Origin.PLACED) {
      return resource instanceof Resource.KubernetesService
          ? Optional.ofNullable(
              workload.placements().getOrDefault(resource.id().name(), Map.of()).get(port.name()))
          : Optional.of(numbered(port));
    }
    if (workload.origin() == Workload.Origin.DECLARED) {
      Integer named = workload.namedPorts().get(port.name());
      return Optional.of(named != null ? named : numbered(port));
    }
    Integer named = workload.namedPorts().get(port.name());
    if (named != null && listens(workload, named)) {
      return Optional.of(named); // its WorkloadGroup says so
    }
    if (port.target() instanceof TargetPort.Numbered target) {
      return listens(workload, target.port()) ? Optional.of(target.port()) : Optional.empty();
    }
    if (listens(workload, port.number())) {
      return Optional.of(port.number());
    }
    List<Listener> fitting =
        workload.listeners().stream()
            .filter(listener -> port.protocol().accepts(listener.protocol()))
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0).port()) : Optional.empty();
  }

  private static int numbered(ServicePort port) {
    return port.target() instanceof TargetPort.Numbered target ? target.port() : port.number();
  }

  private static boolean listens(Workload workload, int port) {
    return workload.listeners().stream().anyMatch(listener -> listener.port() == port);
  }

  private static Endpoint endpoint(Candidate one, int port) {
    Workload workload = one.workload();
    return new Endpoint(
        workload.address(), port, one.labels(), workload.locality(), workload.weight(), workload);
  }

  private void reportNoPort(ServicePort port, Workload workload) {
    String expected =
        port.target() instanceof TargetPort.Numbered target
            ? "it to listen on " + target.port()
            : "port " + port.number() + ", or exactly one " + port.protocol() + " port";
    findings.add(
        new Finding(
            FindingCode.NO_ENDPOINT,
            resource.id(),
            resource.metadata().location(),
            "spec.ports",
            "port "
                + port.number()
                + ": the workload "
                + workload.id()
                + " listens on "
                + workload.listeners().stream().map(Listener::port).sorted().toList()
                + " (expected: "
                + expected
                + ")"));
  }
}
