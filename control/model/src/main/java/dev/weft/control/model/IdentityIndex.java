package dev.weft.control.model;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where which identity serves: every port on which one of its workloads listens. */
public final class IdentityIndex {

  private static final SortedSet<String> NOWHERE =
      Collections.unmodifiableSortedSet(new TreeSet<>());

  private final SortedMap<String, SortedSet<String>> places = new TreeMap<>();
  private final Map<String, String> identities = new HashMap<>();

  IdentityIndex(Collection<Workload> workloads) {
    for (Workload workload : workloads) {
      SpiffeId identity = workload.identity();
      if (identity != null) {
        for (Listener listener : workload.listeners()) {
          add(identity.toString(), place(workload.address(), listener.port()));
        }
      }
    }
    places.replaceAll((identity, all) -> Collections.unmodifiableSortedSet(all));
  }

  private void add(String identity, String place) {
    // Of two that claim one place only one serves it; were it otherwise, the first must do.
    if (identities.putIfAbsent(place, identity) == null) {
      places.computeIfAbsent(identity, any -> new TreeSet<>()).add(place);
    }
  }

  private static String place(String address, int port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  /** Every identity that serves somewhere, sorted. */
  public Collection<String> identities() {
    return places.keySet();
  }

  /** {@code ip:port} or {@code [ip]:port}, sorted; empty where it serves nowhere. */
  public SortedSet<String> places(String identity) {
    return places.getOrDefault(identity, NOWHERE);
  }

  /** Who serves there; null: nobody with an identity. */
  public @Nullable String at(String place) {
    return identities.get(place);
  }
}
