package dev.weft.control.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What DestinationRules say about one host, all rules of one namespace for that host merged.
 *
 * @param id the rule, or the oldest of those merged
 */
public record DestinationPolicy(
    ResourceId id,
    Fqdn host,
    ExportTo exportTo,
    PolicySettings settings,
    List<Subset> subsets,
    SourceLocation location) {

  public DestinationPolicy {
    subsets = List.copyOf(subsets);
  }

  /** Whether it is exported to its own namespace alone. */
  public boolean isLocal() {
    return exportTo.equals(ExportTo.only(Set.of(id.namespace())));
  }

  public Optional<Subset> subset(String name) {
    return subsets.stream().filter(subset -> subset.name().equals(name)).findFirst();
  }
}
