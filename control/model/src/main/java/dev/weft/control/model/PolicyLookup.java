package dev.weft.control.model;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the DestinationRule that holds for one caller. */
final class PolicyLookup {

  private final MeshModel model;
  private final Caller caller;

  PolicyLookup(MeshModel model, Caller caller) {
    this.model = model;
    this.caller = caller;
  }

  /**
   * The caller's namespace is asked first, then the one that defines the host, then the root
   * namespace; in each the most specific host, and the first hit ends the search, even if what is
   * there is for other workloads. In the root namespace's own look-up only rules count that are
   * exported to it alone, so that its mesh-wide rules do not hide those of the services.
   */
  Optional<DestinationPolicy> find(Fqdn host, Namespace definedIn) {
    Namespace own = caller.namespace();
    Namespace root = model.settings().rootNamespace();
    Predicate<DestinationPolicy> exported =
        policy -> policy.selector() == null && policy.exportTo().includes(own);
    Predicate<DestinationPolicy> local = policy -> !own.equals(root) || policy.isLocal();
    List<DestinationPolicy> hit = mostSpecific(own, host, local);
    if (hit.isEmpty() && !definedIn.equals(root)) {
      hit = mostSpecific(definedIn, host, exported);
    }
    if (hit.isEmpty()) {
      hit = mostSpecific(root, host, exported);
    }
    return forCaller(hit);
  }

  /** One that selects the caller goes before those for everybody. */
  private Optional<DestinationPolicy> forCaller(List<DestinationPolicy> policies) {
    return policies.stream()
        .filter(policy -> policy.selector() != null && policy.selects(caller.labels()))
        .findFirst()
        .or(() -> policies.stream().filter(policy -> policy.selector() == null).findFirst());
  }

  private List<DestinationPolicy> mostSpecific(
      Namespace namespace, Fqdn host, Predicate<DestinationPolicy> counts) {
    HostIndex<DestinationPolicy> index = model.policiesOf(namespace);
    List<DestinationPolicy> matching =
        index == null ? List.of() : index.matching(host).filter(counts).toList();
    return matching.stream()
        .filter(policy -> policy.host().equals(matching.get(0).host()))
        .toList();
  }
}
