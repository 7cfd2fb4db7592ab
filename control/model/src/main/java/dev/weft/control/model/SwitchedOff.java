package dev.weft.control.model;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which workloads are {@linkplain Workload#isOff off}, by where they are and who they are. */
final class SwitchedOff {

  private final Set<Place> places = new HashSet<>();
  private final Set<Owner> owners = new HashSet<>();

  private record Place(Namespace namespace, String address) {}

  /** Pods that use their node's network share its address, and differ in their accounts. */
  private record Owner(Place place, String serviceAccount) {}

  SwitchedOff(Collection<Workload> workloads) {
    for (Workload workload : workloads) {
      if (workload.isOff()) {
        Place place = new Place(workload.namespace(), workload.address());
        places.add(place);
        owners.add(new Owner(place, workload.serviceAccount()));
      }
    }
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /**
   * @param identity null: not known
   */
  boolean contains(Namespace namespace, String address, @Nullable SpiffeId identity) {
    Place place = new Place(namespace, address);
    return identity == null
        ? places.contains(place)
        : owners.contains(new Owner(place, identity.serviceAccount()));
  }
}
