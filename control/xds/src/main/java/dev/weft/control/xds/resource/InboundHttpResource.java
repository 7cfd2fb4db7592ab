package dev.weft.control.xds.resource;

import dev.weft.control.model.RateLimitPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a workload does with requests that arrive, before its application sees them: what would be
 * the HttpConnectionManager of a sidecar's inbound listener, named as the workload's
 * InboundSecurity is. There is none where nothing is to be done.
 */
public final class InboundHttpResource {

  private InboundHttpResource() {}

  /** The names of the clusters that these limits need. */
  public static Set<String> clusters(List<RateLimitPolicy> limits) {
    Set<String> names = new HashSet<>();
    for (RateLimitPolicy policy : limits) {
      policy.global().forEach(limit -> names.add(Names.cluster(limit.destination())));
    }
    return names;
  }

  /**
   * @param limits of which there is one at least; those counted by a service are asked last
   */
  public static HttpConnectionManager of(List<RateLimitPolicy> limits) {
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder().setStatPrefix("inbound");
    for (RateLimitPolicy policy : limits) {
      for (RateLimitPolicy.Local limit : policy.local()) {
        manager.addHttpFilters(RateLimitFilters.local(policy, limit));
      }
    }
    // Without routes: where requests go is the application's business.
    VirtualHost.Builder host = VirtualHost.newBuilder().setName("inbound").addDomains("*");
    int stage = 0;
    for (RateLimitPolicy policy : limits) {
      for (RateLimitPolicy.Global limit : policy.global()) {
        manager.addHttpFilters(RateLimitFilters.global(limit, stage));
        host.addAllRateLimits(RateLimitFilters.descriptors(limit, stage));
        stage++;
      }
    }
    return manager
        .setRouteConfig(RouteConfiguration.newBuilder().setName("inbound").addVirtualHosts(host))
        .addHttpFilters(ListenerResource.ROUTER)
        .build();
  }
}
