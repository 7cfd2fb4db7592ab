package dev.weft.engine.wire;

import dev.weft.bridge.KeepAlive;
import dev.weft.engine.config.Cluster;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How connections are kept alive, by their address. Where clusters share one, whatever they say
 * differently is as the more impatient has it: a connection is not of one of them.
 */
final class KeepAlives {

  static final KeepAlives NONE = new KeepAlives(Map.of());

  private final Map<InetSocketAddress, KeepAlive> byAddress;

  private KeepAlives(Map<InetSocketAddress, KeepAlive> byAddress) {
    this.byAddress = byAddress;
  }

  static KeepAlives of(Map<String, Cluster> clusters) {
    Map<InetSocketAddress, KeepAlive> byAddress = new HashMap<>();
    for (Cluster cluster : clusters.values()) {
      KeepAlive said = cluster.policy().keepAlive();
      if (said != null) {
        cluster
            .endpoints()
            .forEach(endpoint -> byAddress.merge(endpoint.address(), said, KeepAlives::sooner));
      }
    }
    return byAddress.isEmpty() ? NONE : new KeepAlives(byAddress);
  }

  private static KeepAlive sooner(KeepAlive one, KeepAlive other) {
    return new KeepAlive(
        sooner(one.probes(), other.probes()),
        sooner(one.timeSeconds(), other.timeSeconds()),
        sooner(one.intervalSeconds(), other.intervalSeconds()));
  }

  private static int sooner(int one, int other) {
    return one == 0 || other == 0 ? one + other : Math.min(one, other);
  }

  /** Null: no rule says anything. */
  @Nullable KeepAlive at(InetSocketAddress remote) {
    if (byAddress.isEmpty()) {
      return null;
    }
    KeepAlive exact = byAddress.get(remote);
    return exact != null || remote.isUnresolved()
        ? exact
        : byAddress.get(
            InetSocketAddress.createUnresolved(remote.getHostString(), remote.getPort()));
  }
}
