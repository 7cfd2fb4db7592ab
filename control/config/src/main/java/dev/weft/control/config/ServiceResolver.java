package dev.weft.control.config;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes services of v1/Services, ServiceEntries and, where neither exists, of the workloads
 * themselves.
 */
final class ServiceResolver {

  private final MeshSettings settings;
  private final List<Workload> workloads;
  private final List<Finding> findings;

  ServiceResolver(MeshSettings settings, List<Workload> workloads, List<Finding> findings) {
    this.settings = settings;
    this.workloads = workloads;
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

  private Service kubernetes(Resource.KubernetesService resource) {
    ServiceName name = new ServiceName(resource.id().name(), resource.id().namespace());
    List<Workload> serving =
        workloads.stream()
            .filter(workload -> workload.namespace().equals(name.namespace()))
            .filter(
                workload ->
                    resource.selector().isEmpty()
                        ? workload.serviceName().equals(name)
                        : WorkloadLabels.of(workload)
                            .entrySet()
                            .containsAll(resource.selector().entrySet()))
            .toList();
    return new Service(
        name.fqdn(settings.domain()),
        name.namespace(),
        resource.ports(),
        resource.selector(),
        Origin.KUBERNETES,
        Location.MESH_INTERNAL,
        Resolution.STATIC,
        resource.addresses(),
        new EndpointResolver(resource, findings).ofWorkloads(resource.ports(), serving),
        resource.exportTo(),
        List.of());
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
        resource.subjectAltNames());
  }

  private Map<Integer, List<Endpoint>> endpoints(Resource.Entry entry, Fqdn host) {
    EndpointResolver resolver = new EndpointResolver(entry, findings);
    Map<String, String> selector = entry.selector();
    if (entry.resolution() == Resolution.NONE) {
      return Map.of();
    }
    if (selector != null) {
      List<Workload> serving =
          workloads.stream()
              .filter(workload -> workload.namespace().equals(entry.id().namespace()))
              .filter(
                  workload ->
                      WorkloadLabels.of(workload).entrySet().containsAll(selector.entrySet()))
              .toList();
      return resolver.ofWorkloads(entry.ports(), serving);
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
    Map<ServiceName, List<Workload>> byName = new HashMap<>();
    for (Workload workload : workloads) {
      boolean listens = !workload.listeners().isEmpty();
      Fqdn host = workload.serviceName().fqdn(settings.domain());
      boolean defined = services.keySet().stream().anyMatch(key -> key.host().equals(host));
      if (listens && !defined) {
        byName.computeIfAbsent(workload.serviceName(), any -> new ArrayList<>()).add(workload);
      }
    }
    byName.forEach(
        (name, serving) -> {
          Service service = implicit(name, serving);
          services.put(new Key(service.host(), service.namespace()), service);
        });
  }

  private Service implicit(ServiceName name, List<Workload> serving) {
    Map<Integer, ServicePort> ports = new TreeMap<>();
    for (Workload workload : serving) {
      for (Listener listener : workload.listeners()) {
        String portName =
            listener.protocol().name().toLowerCase(Locale.ROOT) + "-" + listener.port();
        ports.putIfAbsent(
            listener.port(), new ServicePort(listener.port(), portName, listener.protocol()));
      }
    }
    List<ServicePort> list = List.copyOf(ports.values());
    return new Service(
        name.fqdn(settings.domain()),
        name.namespace(),
        list,
        Map.of(),
        Origin.IMPLICIT,
        Location.MESH_INTERNAL,
        Resolution.STATIC,
        List.of(),
        EndpointResolver.listeners(list, serving),
        ExportTo.EVERYWHERE,
        List.of());
  }
}
