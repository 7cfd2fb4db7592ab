package dev.weft.control.model;

import java.util.List;
import java.util.Set;

/**
 * A VirtualService that applies to workloads, with all names resolved. It replaces the default
 * routes of its hosts: a request that none of its routes matches gets 404 with the flag NR.
 *
 * @param http routes of requests
 * @param l4 routes of connections, those of TLS first
 */
public record RoutingRule(
    ResourceId id,
    List<Fqdn> hosts,
    ExportTo exportTo,
    List<HttpRoute> http,
    List<L4Route> l4,
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
    l4 = List.copyOf(l4);
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
    return new RoutingRule(id, hosts, other, http, l4, location);
  }
}
