package dev.weft.control.config;

import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.PolicySettings;
import dev.weft.control.model.Subset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges DestinationRules for the same host in the same namespace, as Istio does: subsets add up,
 * of two subsets of one name and of two top-level policies the older one wins. Rules that are
 * exported differently, or select other workloads, stay apart.
 */
final class PolicyMerger {

  private final List<Finding> findings;

  PolicyMerger(List<Finding> findings) {
    this.findings = findings;
  }

  private record Key(
      Namespace namespace, Fqdn host, ExportTo exportTo, @Nullable Map<String, String> selector) {}

  /**
   * @param policies the older first
   */
  List<DestinationPolicy> merge(List<Resource.Policy> policies) {
    Map<Key, DestinationPolicy> merged = new LinkedHashMap<>();
    for (Resource.Policy resource : policies) {
      DestinationPolicy policy = resource.policy();
      Key key =
          new Key(resource.id().namespace(), policy.host(), policy.exportTo(), policy.selector());
      DestinationPolicy older = merged.get(key);
      merged.put(key, older == null ? policy : merge(older, resource));
    }
    return merged.values().stream().map(policy -> completed(policy, merged.values())).toList();
  }

  /** A rule for some workloads is completed by one for all, where both are exported alike. */
  private static DestinationPolicy completed(
      DestinationPolicy policy, Collection<DestinationPolicy> others) {
    DestinationPolicy all =
        others.stream()
            .filter(it -> policy.selector() != null && it.selector() == null)
            .filter(it -> it.host().equals(policy.host()))
            .filter(it -> it.id().namespace().equals(policy.id().namespace()))
            .filter(it -> !it.exportTo().everywhere())
            .filter(it -> it.exportTo().includes(policy.id().namespace()))
            .findFirst()
            .orElse(null);
    return all == null ? policy : merge(policy, all);
  }

  private DestinationPolicy merge(DestinationPolicy older, Resource.Policy newer) {
    for (Subset subset : newer.policy().subsets()) {
      if (older.subset(subset.name()).isPresent()) {
        report(FindingCode.DUPLICATE_SUBSET, newer, "the subset " + subset.name(), older);
      }
    }
    if (sets(older) && sets(newer.policy())) {
      report(FindingCode.SHADOWED_POLICY, newer, "the trafficPolicy", older);
    }
    return merge(older, newer.policy());
  }

  private static DestinationPolicy merge(DestinationPolicy older, DestinationPolicy newer) {
    List<Subset> subsets = new ArrayList<>(older.subsets());
    newer.subsets().stream()
        .filter(subset -> older.subset(subset.name()).isEmpty())
        .forEach(subsets::add);
    return new DestinationPolicy(
        older.id(),
        older.host(),
        older.exportTo(),
        older.selector(),
        sets(older) ? older.settings() : newer.settings(),
        subsets,
        older.location());
  }

  private static boolean sets(DestinationPolicy policy) {
    return !policy.settings().equals(PolicySettings.NONE);
  }

  private void report(
      FindingCode code, Resource.Policy newer, String what, DestinationPolicy older) {
    findings.add(
        new Finding(
            code,
            newer.id(),
            newer.metadata().location(),
            "spec",
            what + " for " + older.host() + " is also set by " + older.id() + ", which wins"));
  }
}
