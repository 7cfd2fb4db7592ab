package dev.weft.engine.wire;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Transport;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What must be spoken at which addresses, where a rule says so. A connection tells its address and
 * nothing of the request that made it: two clusters that want different things of one address leave
 * it unreachable.
 *
 * <p>Clusters of which nothing is said give way: the one port 443 of a host serves those for whom
 * TLS is originated and those who speak it themselves, and the first byte tells them apart.
 */
final class Transports {

  static final Transports NONE = new Transports(Map.of());

  /** Addresses that callers have chosen themselves; more are not reached. */
  private static final int MOST_CHOSEN = 10_000;

  private final Map<InetSocketAddress, Transport> byAddress;
  private final Map<InetSocketAddress, Chosen> chosen = new ConcurrentHashMap<>();

  private record Chosen(String cluster, Transport transport) {}

  private Transports(Map<InetSocketAddress, Transport> byAddress) {
    this.byAddress = byAddress;
  }

  /** Those of other clusters, under which what callers have chosen stays chosen. */
  Transports next(Map<String, Cluster> clusters) {
    Map<InetSocketAddress, Transport> next = new HashMap<>();
    for (Cluster cluster : clusters.values()) {
      if (speaks(cluster)) {
        for (Cluster.Endpoint endpoint : cluster.endpoints()) {
          Transport transport = in(cluster, cluster.destination().host());
          next.merge(endpoint.address(), transport, Transports::both);
        }
      }
    }
    Transports made = new Transports(next);
    chosen.forEach(
        (address, before) -> {
          Cluster cluster = clusters.get(before.cluster());
          if (cluster != null) {
            made.choose(cluster, address);
          }
        });
    return made;
  }

  private static boolean speaks(Cluster cluster) {
    return cluster.transport() != Transport.Plain.AUTO;
  }

  private static Transport in(Cluster cluster, String host) {
    return cluster.transport() instanceof Transport.Tls tls ? tls.named(host) : cluster.transport();
  }

  private static Transport both(Transport one, Transport other) {
    return one.equals(other)
        ? one
        : new Transport.Refused("contested address: rules want different TLS there");
  }

  /**
   * A request goes where its caller wants, under a cluster without endpoints.
   *
   * @return whether its connection will find what the cluster wants
   */
  boolean choose(Cluster cluster, InetSocketAddress remote) {
    if (cluster.discovery() != Discovery.ORIGINAL || !speaks(cluster)) {
      return true;
    }
    if (chosen.size() >= MOST_CHOSEN && !chosen.containsKey(remote)) {
      return false;
    }
    Chosen now = new Chosen(cluster.name(), in(cluster, remote.getHostString()));
    chosen.merge(
        remote,
        now,
        (before, any) ->
            before.cluster().equals(now.cluster())
                ? now
                : new Chosen(now.cluster(), both(before.transport(), now.transport())));
    return true;
  }

  /** Null: no rule says anything. */
  @Nullable Transport at(InetSocketAddress remote) {
    if (byAddress.isEmpty() && chosen.isEmpty()) {
      return null;
    }
    Transport exact = known(remote);
    if (exact != null || remote.isUnresolved()) {
      return exact;
    }
    // Libraries look names up and connect to one of the addresses, which remembers its name.
    return known(InetSocketAddress.createUnresolved(remote.getHostString(), remote.getPort()));
  }

  private @Nullable Transport known(InetSocketAddress address) {
    Transport said = byAddress.get(address);
    Chosen asked = chosen.get(address);
    if (asked == null) {
      return said;
    }
    return said == null ? asked.transport() : both(said, asked.transport());
  }

  /** Whether both say the same of all addresses. */
  boolean isSame(Transports other) {
    return byAddress.equals(other.byAddress) && chosen.equals(other.chosen);
  }
}
