package dev.weft.xds.decode;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.TrafficPolicy.Availability;
import java.util.List;

/**
 * The endpoints of a cluster.
 *
 * @param name what the cluster calls them by
 * @param overprovisioning percent
 */
public record Endpoints(String name, List<Cluster.Endpoint> endpoints, int overprovisioning) {

  public Endpoints {
    endpoints = List.copyOf(endpoints);
  }

  /** The cluster as these say that it is provisioned. */
  Cluster in(Cluster cluster) {
    return with(cluster, cluster.endpoints());
  }

  /** The cluster with these endpoints. */
  Cluster asOf(Cluster cluster) {
    return with(cluster, endpoints);
  }

  private Cluster with(Cluster cluster, List<Cluster.Endpoint> members) {
    TrafficPolicy policy = cluster.policy();
    Availability availability = policy.availability();
    return new Cluster(
        cluster.name(),
        cluster.discovery(),
        policy.withAvailability(
            new Availability(
                availability.panicPercent(), overprovisioning, availability.byLocality())),
        cluster.transport(),
        cluster.destination(),
        members);
  }
}
