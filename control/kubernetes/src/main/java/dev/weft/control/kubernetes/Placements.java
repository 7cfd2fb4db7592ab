package dev.weft.control.kubernetes;

import dev.weft.control.model.Listener;
import dev.weft.control.model.Locality;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes workloads of pods, of who is ready to serve what, and of the agents that have registered: a
 * pure function.
 *
 * <p>What a pod is, where it is and what it serves is the API server's word alone. Of an agent in a
 * pod only that it is there counts: its pod is then reached by mutual TLS, with the identity of the
 * pod's service account. An agent that says it is in a pod and is in none serves nothing.
 */
final class Placements {

  private final String trustDomain;

  Placements(String trustDomain) {
    this.trustDomain = trustDomain;
  }

  /**
   * One place. Pods that use their node's network have its address, so that several may share one.
   *
   * @param pod its name; empty: no pod
   */
  private record Address(String namespace, String address, String pod) {}

  /** An agent that has registered, and who it has proven to be. */
  private record Agent(String address, SpiffeId id) {}

  /** What is there, and what it serves. */
  private static final class Found {
    final Map<String, Map<String, Integer>> services = new TreeMap<>();
    final @Nullable PodFacts pod;
    String zone = "";

    Found(@Nullable PodFacts pod) {
      this.pod = pod;
    }
  }

  /** Where no namespace is switched off. */
  List<Workload> of(
      Collection<PodFacts> pods, Collection<SliceFacts> slices, List<Workload> registered) {
    return of(pods, slices, registered, Set.of());
  }

  /**
   * @param off the namespaces that are switched off
   */
  List<Workload> of(
      Collection<PodFacts> pods,
      Collection<SliceFacts> slices,
      List<Workload> registered,
      Set<String> off) {
    Map<Address, Found> found = new HashMap<>();
    for (PodFacts pod : pods) {
      for (String address : pod.addresses()) {
        found.put(new Address(pod.namespace(), address, pod.name()), new Found(pod));
      }
    }
    slices.stream().filter(slice -> !slice.service().isEmpty()).forEach(slice -> add(found, slice));
    Set<Agent> agents = new HashSet<>();
    List<Workload> workloads = new ArrayList<>();
    for (Workload one : registered) {
      Principal principal = one.principal();
      if (principal == null || !principal.isPlaced()) {
        workloads.add(one); // none of the cluster's: a virtual machine's
      } else {
        agents.add(new Agent(one.address(), principal.id()));
      }
    }
    found.forEach(
        (at, it) -> {
          Workload one = workload(at, it, agents);
          workloads.add(it.pod != null && off.contains(at.namespace) ? switchedOff(one) : one);
        });
    workloads.sort(Comparator.comparing(Workload::id));
    return workloads;
  }

  /** With its namespace, unless it says otherwise. */
  private static Workload switchedOff(Workload one) {
    if (one.labels().containsKey(Workload.ENABLED)) {
      return one;
    }
    Map<String, String> labels = new HashMap<>(one.labels());
    labels.put(Workload.ENABLED, "false");
    return one.withLabels(labels).withPrincipal(null);
  }

  private static void add(Map<Address, Found> found, SliceFacts slice) {
    for (SliceFacts.Place place : slice.ready()) {
      Address at =
          new Address(slice.namespace(), place.address(), place.pod() == null ? "" : place.pod());
      if (place.pod() == null) {
        found.putIfAbsent(at, new Found(null)); // somebody's own, outside of any pod
      }
      Found serving = found.get(at);
      // A pod that is not there any more, or has another address by now, serves nothing.
      if (serving != null) {
        serving.zone = place.zone();
        serving
            .services
            .computeIfAbsent(slice.service(), any -> new TreeMap<>())
            .putAll(slice.ports());
      }
    }
  }

  private SpiffeId identity(PodFacts pod) {
    return new ServiceAccountName(pod.namespace(), pod.serviceAccount()).identity(trustDomain);
  }

  private Workload workload(Address at, Found it, Set<Agent> agents) {
    return it.pod == null ? outside(at, it) : inside(at, it, it.pod, agents);
  }

  private static Workload outside(Address at, Found it) {
    return new Workload(
        at.namespace + "/" + at.address,
        at.address,
        new Namespace(at.namespace),
        Map.of(),
        at.address,
        listeners(it, Set.of()),
        Map.of(),
        "default",
        locality(Map.of(), it.zone),
        1,
        Workload.Origin.PLACED,
        null,
        it.services);
  }

  private Workload inside(Address at, Found it, PodFacts pod, Set<Agent> agents) {
    SpiffeId identity = identity(pod);
    // Peers expect nothing of a pod that is switched off, and call it in plaintext.
    boolean meshed =
        !OffSwitch.isOff(pod.labels())
            && (pod.saysItIsMeshed() || agents.contains(new Agent(at.address, identity)));
    return new Workload(
        at.namespace + "/" + pod.name() + "@" + at.address,
        pod.workload(),
        new Namespace(at.namespace),
        pod.labels(),
        at.address,
        listeners(it, pod.ports()),
        Map.of(),
        pod.serviceAccount(),
        locality(pod.labels(), it.zone),
        1,
        Workload.Origin.PLACED,
        meshed ? Principal.placed(identity) : null,
        it.services);
  }

  private static List<Listener> listeners(Found it, Set<Integer> declared) {
    Set<Integer> ports = new TreeSet<>(declared);
    it.services.values().forEach(each -> ports.addAll(each.values()));
    return ports.stream().map(port -> new Listener(port, Protocol.UNDECLARED, "")).toList();
  }

  /** The API server copies the node's labels to the pod; slices know the zone alone. */
  private static Locality locality(Map<String, String> labels, String zone) {
    Locality own = Locality.of(labels);
    return own.equals(Locality.UNKNOWN) && !zone.isEmpty() ? new Locality("", zone, "") : own;
  }
}
