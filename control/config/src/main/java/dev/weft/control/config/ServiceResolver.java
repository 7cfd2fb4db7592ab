package dev.weft.control.config;

import dev.weft.control.config.WorkloadIndex.Candidate;
import dev.weft.control.model.Endpoint;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Service;
import dev.weft.control.model.Service.Location;
import dev.weft.control.model.Service.Origin;
import dev.weft.control.model.Service.Resolution;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes services of v1/Services, ServiceEntries and, where neither exists, of the workloads
 * themselves.
 */
final class ServiceResolver {

  private final MeshSettings settings;
  private final WorkloadIndex workloads;
  private final List<Finding> findings;

  ServiceResolver(MeshSettings settings, List<Workload> workloads, List<Finding> findings) {
    this.settings = settings;
    this.workloads = new WorkloadIndex(workloads);
    this.findings = findings;
  }

  private record Key(Fqdn host, Namespace namespace) {}

  /**
   * @param resources the older first
   */
  List<Service> resolve(List<Resource> resources) {
    Map<Key, Service> services = new LinkedHashMap<>();
    for (Resource resource : resources) {
      if (resource instanceof Resource.KubernetesService service) {
        add(services, resource, kubernetes(service));
      }
    }
    for (Resource resource : resources) {
      if (resource instanceof Resource.Entry entry) {
        entry.hosts().forEach(host -> add(services, resource, entry(entry, host)));
      }
    }
    implicit(services);
    return List.copyOf(services.values());
  }

  private void add(Map<Key, Service> services, Resource resource, Service service) {
    Service earlier = services.putIfAbsent(new Key(service.host(), service.namespace()), service);
    if (earlier == null && service.resolution() == Resolution.STATIC && !isOthers(resource)) {
      reportEmpty(resource, service);
    }
    if (earlier != null) {
      findings.add(
          new Finding(
              FindingCode.HOST_CONFLICT,
              resource.id(),
              resource.metadata().location(),
              "spec",
              service.host()
                  + " is already a service of its namespace ("
                  + earlier.origin()
                  + "), which wins"));
    }
  }

  /** Where a platform places workloads, a Service without a selector is somebody else's to fill. */
  private boolean isOthers(Resource resource) {
    return resource instanceof Resource.KubernetesService service
        && service.selector().isEmpty()
        && workloads.hasPlaced();
  }

  private void reportEmpty(Resource resource, Service service) {
    for (ServicePort port : service.ports()) {
      if (service.endpoints(port.number()).isEmpty()) {
        findings.add(
            new Finding(
                FindingCode.EMPTY_SERVICE,
                resource.id(),
                resource.metadata().location(),
                "spec.ports",
                service.host() + ":" + port.number() + " is served by nobody; until then: 503"));
      }
    }
  }

  private Service kubernetes(Resource.KubernetesService resource) {
    ServiceName name = new ServiceName(resource.id().name(), resource.id().namespace());
    List<Candidate> serving = new ArrayList<>(workloads.placed(name));
    (resource.selector().isEmpty()
            ? workloads.named(name)
            : workloads.selected(name.namespace(), resource.selector()))
        .stream()
            .filter(one -> one.workload().origin() != Workload.Origin.PLACED)
            .forEach(serving::add);
    return new Service(
        name.fqdn(settings.domain()),
        name.namespace(),
        resource.ports(),
        resource.selector(),
        Origin.KUBERNETES,
        Location.MESH_INTERNAL,
        Resolution.STATIC,
        resource.addresses(),
        new EndpointResolver(resource, findings)
            .ofWorkloads(resource.ports(), admitted(resource, name.name(), serving)),
        resource.exportTo(),
        List.of());
  }

  /**
   * Those who may serve it. Workloads choose their labels themselves, so that being selected proves
   * nothing: whoever has an identity needs the service among those that were granted to it, and
   * where one such serves, nobody without an identity does. What is declared is the operator's own
   * word.
   */
  private List<Candidate> admitted(Resource resource, String service, List<Candidate> selected) {
    boolean proven =
        selected.stream()
            .map(Candidate::workload)
            .anyMatch(one -> one.principal() != null && one.mayServe(service));
    List<Candidate> admitted = new ArrayList<>();
    for (Candidate candidate : selected) {
      Workload one = candidate.workload();
      boolean nobody = one.principal() == null && one.origin() == Workload.Origin.REGISTERED;
      if (!one.mayServe(service)) {
        reportNotGranted(resource, one, one.identity() + " may not (expected: a grant)");
      } else if (proven && nobody) {
        reportNotGranted(
            resource, one, "others with an identity do, and it has none (expected: a join token)");
      } else {
        admitted.add(candidate);
      }
    }
    return admitted;
  }

  private void reportNotGranted(Resource resource, Workload workload, String why) {
    if (!workload.listeners().isEmpty()) {
      findings.add(
          new Finding(
              FindingCode.SERVICE_NOT_GRANTED,
              resource.id(),
              resource.metadata().location(),
              "spec",
              workload.serviceName() + " (" + workload.id() + ") does not serve it: " + why));
    }
  }

  private Service entry(Resource.Entry resource, Fqdn host) {
    return new Service(
        host,
        resource.id().namespace(),
        resource.ports(),
        resource.selector() == null ? Map.of() : resource.selector(),
        Origin.SERVICE_ENTRY,
        resource.location(),
        resource.resolution(),
        resource.addresses(),
        endpoints(resource, host),
        resource.exportTo(),
        identities(resource));
  }

  /** Who may serve it under a rule with TLS: the accounts of its endpoints, and who is named. */
  private List<String> identities(Resource.Entry entry) {
    Set<String> identities = new TreeSet<>(entry.subjectAltNames());
    for (Resource.WrittenEndpoint endpoint : entry.endpoints()) {
      if (!endpoint.serviceAccount().isEmpty()) {
        identities.add(
            "spiffe://"
                + settings.trustDomain()
                + "/ns/"
                + entry.id().namespace()
                + "/sa/"
                + endpoint.serviceAccount());
      }
    }
    return List.copyOf(identities);
  }

  private Map<Integer, List<Endpoint>> endpoints(Resource.Entry entry, Fqdn host) {
    EndpointResolver resolver = new EndpointResolver(entry, findings);
    Map<String, String> selector = entry.selector();
    if (entry.resolution() == Resolution.NONE) {
      return Map.of();
    }
    if (selector != null) {
      List<Candidate> serving = workloads.selected(entry.id().namespace(), selector);
      String name =
          ServiceName.of(host, settings.domain()).map(ServiceName::name).orElse(entry.id().name());
      return resolver.ofWorkloads(entry.ports(), admitted(entry, name, serving));
    }
    boolean byName = entry.resolution() != Resolution.STATIC;
    return byName && entry.endpoints().isEmpty()
        ? resolver.ofHost(entry.ports(), host)
        : resolver.written(entry.ports(), entry.endpoints());
  }

  /**
   * Services of registered workloads: one per name, with every port on which any of them listens.
   */
  private void implicit(Map<Key, Service> services) {
    Set<Fqdn> defined = services.keySet().stream().map(Key::host).collect(Collectors.toSet());
    for (ServiceName name : workloads.names()) {
      Fqdn host = name.fqdn(settings.domain());
      List<Candidate> serving =
          workloads.named(name).stream()
              .filter(one -> !one.workload().listeners().isEmpty())
              .toList();
      if (!serving.isEmpty() && !defined.contains(host)) {
        services.put(new Key(host, name.namespace()), implicit(host, name, serving));
      }
    }
  }

  private static Service implicit(Fqdn host, ServiceName name, List<Candidate> serving) {
    Map<Integer, ServicePort> ports = new TreeMap<>();
    serving.stream()
        .flatMap(one -> one.workload().listeners().stream())
        .forEach(listener -> ports.putIfAbsent(listener.port(), port(listener)));
    List<ServicePort> list = List.copyOf(ports.values());
    return new Service(
        host,
        name.namespace(),
        list,
        Map.of(),
        Origin.IMPLICIT,
        Location.MESH_INTERNAL,
        Resolution.STATIC,
        List.of(),
        EndpointResolver.listeners(list, serving),
        ExportTo.BY_DEFAULT,
        List.of());
  }

  private static ServicePort port(Listener listener) {
    String protocol = listener.protocol().name().toLowerCase(Locale.ROOT);
    return new ServicePort(listener.port(), protocol + "-" + listener.port(), listener.protocol());
  }
}
