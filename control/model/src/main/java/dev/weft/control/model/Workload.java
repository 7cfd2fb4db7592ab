package dev.weft.control.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One running instance that can serve: registered by its agent, declared by a WorkloadEntry, or
 * placed by a platform.
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
 * @param principal who it is proven to be, and which services it may serve; null: nobody knows
 * @param placements where it serves by its platform's word: the ports of services of its namespace,
 *     by the service's name and the port's; empty for others, of whom selectors and listeners tell
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
    int weight,
    Origin origin,
    @Nullable Principal principal,
    Map<String, Map<String, Integer>> placements) {

  /** The label that switches a workload off, where it is {@code false}. */
  public static final String ENABLED = "weft.dev/enabled";

  /** Who says that it is there. */
  public enum Origin {
    /** Its own agent, which also knows where it listens. */
    REGISTERED,
    /** A WorkloadEntry. */
    DECLARED,
    /** Its platform, which also says what it serves, and where. */
    PLACED
  }

  /** One of whom no platform speaks. */
  public Workload(
      String id,
      String name,
      Namespace namespace,
      Map<String, String> labels,
      String address,
      List<Listener> listeners,
      Map<String, Integer> namedPorts,
      String serviceAccount,
      Locality locality,
      int weight,
      Origin origin,
      @Nullable Principal principal) {
    this(
        id,
        name,
        namespace,
        labels,
        address,
        listeners,
        namedPorts,
        serviceAccount,
        locality,
        weight,
        origin,
        principal,
        Map.of());
  }

  public Workload {
    labels = Map.copyOf(labels);
    listeners = List.copyOf(listeners);
    namedPorts = Map.copyOf(namedPorts);
    placements = Map.copyOf(placements);
  }

  /** A registration: plain weight, ports as they were found listening, where its labels say. */
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
        Locality.of(labels),
        1,
        Origin.REGISTERED,
        null);
  }

  /** Proven to be somebody, whose service account is then its own. */
  public Workload withPrincipal(@Nullable Principal proven) {
    return new Workload(
        id,
        name,
        namespace,
        labels,
        address,
        listeners,
        namedPorts,
        proven == null ? serviceAccount : proven.id().serviceAccount(),
        locality,
        weight,
        origin,
        proven,
        placements);
  }

  /**
   * What selectors see: its own labels, and those that Istio's conventions expect of a pod.
   *
   * @param name the workload's
   */
  public static Map<String, String> conventional(String name, Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    all.putIfAbsent("app", name);
    all.putIfAbsent("service.istio.io/canonical-name", name);
    return Map.copyOf(all);
  }

  /**
   * Whether its platform has switched it off while it runs: it demands nothing, follows no rules,
   * and is called as if it were not in the mesh. Its own word does not count.
   */
  public boolean isOff() {
    return origin == Origin.PLACED && "false".equals(labels.get(ENABLED));
  }

  /** Whether it may serve a service of its namespace; whoever is nobody in particular may. */
  public boolean mayServe(String service) {
    return principal == null || principal.mayServe(service);
  }

  /** Whether its platform has it serve this service of its namespace. */
  public boolean isPlacedIn(String service) {
    return placements.containsKey(service);
  }

  /** Who must be proven to serve at its address; null: nobody in particular. */
  public @Nullable SpiffeId identity() {
    return principal == null ? null : principal.id();
  }

  /** With what its group says of it. */
  public Workload in(WorkloadGroup group) {
    return new Workload(
        id,
        name,
        namespace,
        group.beneath(labels),
        address,
        listeners,
        group.ports(),
        serviceAccount,
        group.orElse(locality),
        group.weight(),
        origin,
        principal,
        placements);
  }

  public Workload withLabels(Map<String, String> others) {
    return new Workload(
        id,
        name,
        namespace,
        others,
        address,
        listeners,
        namedPorts,
        serviceAccount,
        locality,
        weight,
        origin,
        principal,
        placements);
  }

  public Workload withServiceAccount(String account) {
    return new Workload(
        id,
        name,
        namespace,
        labels,
        address,
        listeners,
        namedPorts,
        account,
        locality,
        weight,
        origin,
        principal,
        placements);
  }

  public Workload withLocality(Locality where) {
    return new Workload(
        id,
        name,
        namespace,
        labels,
        address,
        listeners,
        namedPorts,
        serviceAccount,
        where,
        weight,
        origin,
        principal,
        placements);
  }

  public ServiceName serviceName() {
    return new ServiceName(name, namespace);
  }
}
