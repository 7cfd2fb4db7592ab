package dev.weft.control.model;

import java.util.List;

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

  public RoutingRule {
    hosts = List.copyOf(hosts);
    http = List.copyOf(http);
  }
}
