package dev.weft.xds.decode;

import dev.weft.engine.config.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as configured.
 *
 * @param cluster complete, or without endpoints where these come as a resource of their own
 * @param endpointsName that resource's name; null: complete
 */
public record ClusterConfig(Cluster cluster, @Nullable String endpointsName) {

  /** The cluster with these endpoints; null: none. */
  public Cluster with(@Nullable Endpoints endpoints) {
    return endpoints == null ? cluster : endpoints.asOf(cluster);
  }
}
