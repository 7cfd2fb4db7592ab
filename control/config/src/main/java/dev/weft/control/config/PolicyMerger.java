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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges DestinationRules for the same host in the same namespace, as Istio does: subsets add up,
 * of two subsets of one name and of two top-level policies the older one wins. Rules that are
 * exported differently stay apart.
 */
final class PolicyMerger {

  private final List<Finding> findings;

  PolicyMerger(List<Finding> findings) {
    this.findings = findings;
  }

  private record Key(Namespace namespace, Fqdn host, ExportTo exportTo) {}

  /**
   * @param policies the older first
   */
  List<DestinationPolicy> merge(List<Resource.Policy> policies) {
    Map<Key, DestinationPolicy> merged = new LinkedHashMap<>();
    for (Resource.Policy resource : policies) {
      DestinationPolicy policy = resource.policy();
      Key key = new Key(resource.id().namespace(), policy.host(), policy.exportTo());
      DestinationPolicy older = merged.get(key);
      merged.put(key, older == null ? policy : merge(older, resource));
    }
    return List.copyOf(merged.values());
  }

  private DestinationPolicy merge(DestinationPolicy older, Resource.Policy newer) {
    List<Subset> subsets = new ArrayList<>(older.subsets());
    for (Subset subset : newer.policy().subsets()) {
      if (older.subset(subset.name()).isPresent()) {
        report(FindingCode.DUPLICATE_SUBSET, newer, "the subset " + subset.name(), older);
      } else {
        subsets.add(subset);
      }
    }
    boolean olderSets = !older.settings().equals(PolicySettings.NONE);
    PolicySettings settings = olderSets ? older.settings() : newer.policy().settings();
    if (olderSets && !newer.policy().settings().equals(PolicySettings.NONE)) {
      report(FindingCode.SHADOWED_POLICY, newer, "the trafficPolicy", older);
    }
    return new DestinationPolicy(
        older.id(), older.host(), older.exportTo(), settings, subsets, older.location());
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
