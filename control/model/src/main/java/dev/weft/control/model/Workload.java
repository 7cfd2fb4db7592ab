package dev.weft.control.model;

import java.util.List;
import java.util.Map;

/**
 * One running instance that can serve: registered by its agent, or declared by a WorkloadEntry.
 *
 * @param id unique among all workloads: the registration's instance id, or {@code namespace/name}
 *     of a WorkloadEntry
 * @param name the workload's name, which is also the service it stands for where no Service selects
 *     it
 * @param labels what Service selectors and subsets look at
 * @param address an IP address or, for a WorkloadEntry of a DNS service, a host name
 * @param listeners where it listens, by port; a WorkloadEntry may leave this empty and name its
 *     ports instead
 * @param namedPorts port numbers by port name ({@code WorkloadEntry.ports}); empty for
 *     registrations
 * @param weight relative share among endpoints; 1 unless said otherwise
 */
public record Workload(
    String id,
    String name,
    Namespace namespace,
    Map<String, String> labels,
    String address,
    List<Listener> listeners,
    Map<String, Integer> namedPorts,
    String serviceAccount,
    Locality locality,
    int weight) {

  public Workload {
    labels = Map.copyOf(labels);
    listeners = List.copyOf(listeners);
    namedPorts = Map.copyOf(namedPorts);
  }

  /** A registration: plain weight, ports as they were found listening. */
  public static Workload registered(
      String id,
      ServiceName service,
      Map<String, String> labels,
      String address,
      List<Listener> listeners) {
    return new Workload(
        id,
        service.name(),
        service.namespace(),
        labels,
        address,
        listeners,
        Map.of(),
        "default",
        Locality.UNKNOWN,
        1);
  }

  public Workload withServiceAccount(String account) {
    return new Workload(
        id, name, namespace, labels, address, listeners, namedPorts, account, locality, weight);
  }

  public Workload withLocality(Locality where) {
    return new Workload(
        id, name, namespace, labels, address, listeners, namedPorts, serviceAccount, where, weight);
  }

  public ServiceName serviceName() {
    return new ServiceName(name, namespace);
  }
}
