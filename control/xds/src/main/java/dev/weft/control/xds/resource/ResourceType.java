package dev.weft.control.xds.resource;

import com.google.protobuf.Descriptors.Descriptor;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.IdentityEndpoints;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.api.v1.TrustBundle;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.Optional;

/**
 * The kinds of resource, in the order in which additions are sent: what is referred to comes before
 * what refers to it. Removals go the other way.
 */
public enum ResourceType {
  /** Which hosts are the mesh's. First, because it decides what is asked for at all. */
  HOSTS("hosts", HostTable.getDescriptor()),
  /** Whom the mesh believes. */
  TRUST("trust", TrustBundle.getDescriptor()),
  /** What a workload demands of those who connect to it. */
  INBOUND("inbound", InboundSecurity.getDescriptor()),
  /** Who may ask what of a workload. */
  AUTHORIZATION("authorization", Authorization.getDescriptor()),
  /** Which identity serves where: known before there is an endpoint that leads there. */
  IDENTITIES("identities", IdentityEndpoints.getDescriptor()),
  CLUSTER("cds", Cluster.getDescriptor()),
  ENDPOINTS("eds", ClusterLoadAssignment.getDescriptor()),
  ROUTES("rds", RouteConfiguration.getDescriptor()),
  LISTENER("lds", Listener.getDescriptor()),
  /** What a workload does with requests that arrive; after the clusters that it may need. */
  INBOUND_HTTP("inbound-http", HttpConnectionManager.getDescriptor());

  private final String shortName;
  private final String url;

  ResourceType(String shortName, Descriptor message) {
    this.shortName = shortName;
    this.url = "type.googleapis.com/" + message.getFullName();
  }

  /** {@code type.googleapis.com/envoy.config.cluster.v3.Cluster}. */
  public String url() {
    return url;
  }

  /** {@code cds}, as operators call it. */
  public String shortName() {
    return shortName;
  }

  /**
   * Whether a state-of-the-world response must name every resource that exists, because a missing
   * one counts as removed.
   */
  public boolean completeInStateOfTheWorld() {
    return this == CLUSTER || this == LISTENER || this == IDENTITIES;
  }

  /** Empty for types that this server does not serve. */
  public static Optional<ResourceType> of(String url) {
    for (ResourceType type : values()) {
      if (type.url.equals(url)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
