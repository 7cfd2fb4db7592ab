package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The endpoints of one priority.
 *
 * @param available those that may serve now
 */
record HostSet(List<Upstream> all, List<Upstream> available) {

  static HostSet of(List<Upstream> all) {
    return new HostSet(all, all.stream().filter(Upstream::isHealthy).toList());
  }

  /** All localities, in order. */
  Set<Locality> localities() {
    Set<Locality> localities = new TreeSet<>();
    all.forEach(upstream -> localities.add(upstream.endpoint().locality()));
    return localities;
  }

  /** What is there of these. */
  static List<Upstream> within(Locality locality, List<Upstream> upstreams) {
    List<Upstream> within = new ArrayList<>();
    for (Upstream upstream : upstreams) {
      if (upstream.endpoint().locality().equals(locality)) {
        within.add(upstream);
      }
    }
    return within;
  }

  /** 0 to 100: full while the available ones, overprovisioned, are as many as all. */
  int health(int overprovisioning) {
    return all.isEmpty()
        ? 0
        : (int) Math.min(100, (long) overprovisioning * available.size() / all.size());
  }

  boolean isBelow(int panicPercent) {
    double healthy = all.isEmpty() ? 0 : 100.0 * available.size() / all.size();
    return healthy < panicPercent;
  }
}
