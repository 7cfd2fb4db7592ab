package dev.weft.engine.egress;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.Places;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says of each connection that the mesh does not route whether the application may make it: Istio's
 * {@code outboundTrafficPolicy} for connections. Where a sidecar of Istio's sends what is unknown
 * to its {@code BlackHoleCluster}, the connection is refused before its first packet.
 *
 * <p>Its memory: the places that the control service sends, and the endpoints of the clusters that
 * this process follows, each once more for {@link #FAREWELL} after it is gone.
 */
public final class EgressGuard {

  /** How a refusal begins. */
  public static final String REASON = "REGISTRY_ONLY: ";

  /** A request that has picked an endpoint may connect to it although it has just left. */
  static final Duration FAREWELL = Duration.ofSeconds(10);

  private static final long PRESENT = Long.MIN_VALUE;

  private final EgressSettings settings;
  private final LongSupplier clock;
  private volatile @Nullable Registry registry;

  /**
   * What is known at one moment.
   *
   * @param endpoints by their address, when each was seen last; {@link #PRESENT}: it is there
   */
  private record Registry(HostTable hosts, Map<InetSocketAddress, Long> endpoints) {

    boolean knows(InetSocketAddress remote, long now) {
      boolean host =
          hosts.others().allowsAny()
              ? hosts.contains(remote.getHostString())
              : hosts.others().known().contains(remote);
      return host
          || isEndpoint(remote, now)
          || isEndpoint(
              InetSocketAddress.createUnresolved(Places.name(remote), remote.getPort()), now);
    }

    private boolean isEndpoint(InetSocketAddress address, long now) {
      Long seen = endpoints.get(address);
      return seen != null && isThere(seen, now);
    }

    static boolean isThere(long seen, long now) {
      return seen == PRESENT || now - seen < FAREWELL.toNanos();
    }
  }

  /**
   * @param clock monotonic nanoseconds
   */
  public EgressGuard(EgressSettings settings, LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Puts another registry in force. */
  public synchronized void update(HostTable hosts, Map<String, Cluster> clusters) {
    Registry before = registry;
    long now = clock.getAsLong();
    Map<InetSocketAddress, Long> endpoints = new HashMap<>();
    if (before != null) {
      before.endpoints.forEach(
          (address, seen) -> {
            if (Registry.isThere(seen, now)) {
              endpoints.put(address, seen == PRESENT ? now : seen);
            }
          });
    }
    for (Cluster cluster : clusters.values()) {
      for (Cluster.Endpoint endpoint : cluster.endpoints()) {
        endpoints.put(endpoint.address(), PRESENT);
      }
    }
    registry = new Registry(hosts, endpoints);
  }

  /** Whether anything was received yet that it could judge by. */
  public boolean isConfigured() {
    return registry != null;
  }

  /** Of a connection that nothing routes. */
  public Standing standing(InetSocketAddress remote) {
    Registry now = registry;
    if (now == null || now.knows(remote, clock.getAsLong())) {
      return Standing.KNOWN;
    }
    if (now.hosts.others().allowsAny() || isOurOwn(remote) || settings.allowed().contains(remote)) {
      return Standing.STRANGER;
    }
    return settings.enforced() ? Standing.REFUSED : Standing.REPORTED;
  }

  /** Why a connection is refused, and what to do. */
  public static String refusal(InetSocketAddress remote) {
    String where = remote.toString();
    return REASON
        + (where.startsWith("/") ? where.substring(1) : where) // an address without a name
        + " is not in the registry (expected: a ServiceEntry with this host or address and this"
        + " port, or weft.egress.allow)";
  }

  private boolean isOurOwn(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    return address != null
        && (address.isLoopbackAddress()
            || address.isAnyLocalAddress()
            || settings.own().test(remote));
  }
}
