package dev.weft.control.source.registry;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who serves which address and port. The first one to claim it does, until it goes; but whoever is
 * connected may take over from a holder that is not: a process that was just replaced cannot answer
 * for itself, and two cannot listen in one place. Whoever has an identity takes over from whoever
 * has none.
 */
final class Claims {

  private Map<Place, Lease> holders = Map.of();

  private record Place(String address, int port) {}

  /** Decides anew. The order of the leases is that of their first registration. */
  void settle(Collection<Lease> leases) {
    Map<Place, Lease> settled = new HashMap<>();
    for (Lease lease : leases) {
      for (RegisteredPort port : lease.registration().ports()) {
        if (port.address() != null) {
          Place place = new Place(port.address(), port.port());
          settled.merge(place, lease, (one, other) -> better(place, one, other));
        }
      }
    }
    holders = Map.copyOf(settled);
  }

  private Lease better(Place place, Lease earlier, Lease later) {
    if (earlier.hasIdentity() != later.hasIdentity()) {
      return earlier.hasIdentity() ? earlier : later;
    }
    if (earlier.isConnected() != later.isConnected()) {
      return earlier.isConnected() ? earlier : later;
    }
    return later.equals(holders.get(place)) ? later : earlier;
  }

  /** Whoever serves this port instead of {@code lease}; empty if it does itself, or nobody can. */
  Optional<Lease> rival(Lease lease, RegisteredPort port) {
    return port.address() == null
        ? Optional.empty()
        : Optional.ofNullable(holders.get(new Place(port.address(), port.port())))
            .filter(holder -> holder != lease);
  }
}
