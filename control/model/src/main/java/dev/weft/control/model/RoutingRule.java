package dev.weft.control.model;

import java.util.List;
import java.util.Set;

/**
 * A VirtualService that applies to workloads, with all names resolved. It replaces the default
 * routes of its hosts: a request that none of its routes matches gets 404 with the flag NR.
 */
public record RoutingRule(
    ResourceId id,
    List<Fqdn> hosts,
    ExportTo exportTo,
    List<HttpRoute> http,
    SourceLocation location) {

  /**
   * How far a rule is exported; of two rules for one host, istiod looks at the narrower one first.
   */
  public enum Reach {
    OWN_NAMESPACE,
    NAMESPACES,
    EVERYWHERE
  }

  public RoutingRule {
    hosts = List.copyOf(hosts);
    http = List.copyOf(http);
  }

  public Reach reach() {
    if (exportTo.everywhere()) {
      return Reach.EVERYWHERE;
    }
    return exportTo.namespaces().equals(Set.of(id.namespace()))
        ? Reach.OWN_NAMESPACE
        : Reach.NAMESPACES;
  }

  public RoutingRule exportedTo(ExportTo other) {
    return new RoutingRule(id, hosts, other, http, location);
  }
}
