package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hosts with their shares, which add up to one, in the order in which Envoy puts them into rings
 * and tables.
 */
final class HashedHosts {

  /** One host and its share. */
  record Host(Upstream upstream, double share) {}

  private final List<Host> hosts = new ArrayList<>();
  private double least = 1;
  private double largest;

  /**
   * @param candidates who may be picked
   * @param localities null: by weight alone; else all localities of the priority: by their weights,
   *     and then by weight within. Those without a candidate keep their part, which is nobody's
   */
  static HashedHosts of(List<Upstream> candidates, @Nullable Set<Locality> localities) {
    HashedHosts hashed = new HashedHosts();
    if (localities == null) {
      hashed.add(candidates, 1);
      return hashed;
    }
    long sum = 0;
    for (Locality locality : localities) {
      sum += locality.weight();
    }
    for (Locality locality : localities) {
      if (locality.weight() > 0) {
        hashed.add(HostSet.within(locality, candidates), (double) locality.weight() / sum);
      }
    }
    return hashed;
  }

  private void add(List<Upstream> upstreams, double whole) {
    long sum = 0;
    for (Upstream upstream : upstreams) {
      sum += upstream.endpoint().weight();
    }
    for (Upstream upstream : upstreams) {
      double share = upstream.endpoint().weight() * whole / sum;
      hosts.add(new Host(upstream, share));
      least = Math.min(least, share);
      largest = Math.max(largest, share);
    }
  }

  List<Host> hosts() {
    return hosts;
  }

  double least() {
    return least;
  }

  double largest() {
    return largest;
  }
}
