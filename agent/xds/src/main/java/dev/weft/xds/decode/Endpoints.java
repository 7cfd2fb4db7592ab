package dev.weft.xds.decode;

import dev.weft.engine.config.Cluster;
import java.util.List;

/**
 * The endpoints of a cluster.
 *
 * @param name what the cluster calls them by
 */
public record Endpoints(String name, List<Cluster.Endpoint> endpoints) {
  public Endpoints {
    endpoints = List.copyOf(endpoints);
  }
}
