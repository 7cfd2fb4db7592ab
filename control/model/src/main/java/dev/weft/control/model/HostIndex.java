package dev.weft.control.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Values by host: exact hosts are one look-up, wildcards are tried from the most to the least
 * specific. Values of one host keep the order in which they were given.
 */
final class HostIndex<T> {

  private final Map<Fqdn, List<T>> exact = new HashMap<>();
  private final TreeMap<Fqdn, List<T>> wildcards = new TreeMap<>();

  HostIndex(Collection<T> values, Function<T, ? extends Collection<Fqdn>> hosts) {
    for (T value : values) {
      for (Fqdn host : hosts.apply(value)) {
        var map = host.isWildcard() ? wildcards : exact;
        map.computeIfAbsent(host, any -> new ArrayList<>()).add(value);
      }
    }
  }

  /** Those given for this very host. */
  List<T> exactly(Fqdn host) {
    return (host.isWildcard() ? wildcards : exact).getOrDefault(host, List.of());
  }

  /** Those given for wildcards that cover the host, most specific first. */
  Stream<T> covering(Fqdn host) {
    return wildcards.entrySet().stream()
        .filter(entry -> entry.getKey().covers(host) && !entry.getKey().equals(host))
        .flatMap(entry -> entry.getValue().stream());
  }

  /** {@link #exactly} first, then {@link #covering}. */
  Stream<T> matching(Fqdn host) {
    return Stream.concat(exactly(host).stream(), covering(host));
  }
}
