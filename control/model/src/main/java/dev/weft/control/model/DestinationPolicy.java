package dev.weft.control.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What DestinationRules say about one host, all rules of one namespace for that host merged.
 *
 * @param id the rule, or the oldest of those merged
 * @param selector which callers of its namespace it is for; null: it is for all
 */
public record DestinationPolicy(
    ResourceId id,
    Fqdn host,
    ExportTo exportTo,
    @Nullable Map<String, String> selector,
    PolicySettings settings,
    List<Subset> subsets,
    SourceLocation location) {

  public DestinationPolicy {
    selector = selector == null ? null : Map.copyOf(selector);
    subsets = List.copyOf(subsets);
  }

  /** Whether it is for a caller with these labels. */
  boolean selects(Map<String, String> labels) {
    return selector == null || labels.entrySet().containsAll(selector.entrySet());
  }

  /** Whether it is exported to its own namespace alone. */
  public boolean isLocal() {
    return exportTo.equals(ExportTo.only(Set.of(id.namespace())));
  }

  public Optional<Subset> subset(String name) {
    return subsets.stream().filter(subset -> subset.name().equals(name)).findFirst();
  }

  public DestinationPolicy exportedTo(ExportTo other) {
    return new DestinationPolicy(id, host, other, selector, settings, subsets, location);
  }
}
