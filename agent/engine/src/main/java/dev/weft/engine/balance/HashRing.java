package dev.weft.engine.balance;

import dev.weft.engine.config.TrafficPolicy.Hashing;
import dev.weft.engine.hash.XxHash64;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Envoy's ring hash (Ketama): each host has as many points on a ring as its share gives it, and a
 * request goes to the host of the next point. The same hosts and keys give the same host as there.
 */
final class HashRing implements Picker {

  private final long[] points; // ascending, unsigned
  private final Upstream[] hosts; // of the points

  HashRing(HashedHosts hashed, Hashing hashing) {
    double scale =
        Math.min(
            Math.ceil(hashed.least() * hashing.minimumRing()) / hashed.least(),
            hashing.maximumRing());
    List<HashedHosts.Host> all = hashed.hosts();
    // The sums run on over all hosts, so that parts of points are not lost.
    long[] hashes = new long[(int) Math.ceil(scale) + all.size()];
    Upstream[] owners = new Upstream[hashes.length];
    int size = 0;
    double wanted = 0;
    for (HashedHosts.Host host : all) {
      wanted += scale * host.share();
      String key = HashKeys.of(host.upstream().endpoint().address()) + "_";
      for (int i = 0; size < wanted; i++) {
        hashes[size] = XxHash64.of(key + i);
        owners[size] = host.upstream();
        size++;
      }
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compareUnsigned(hashes[a], hashes[b]));
    points = new long[size];
    hosts = new Upstream[size];
    for (int i = 0; i < size; i++) {
      points[i] = hashes[order[i]];
      hosts[i] = owners[order[i]];
    }
  }

  @Override
  public Upstream pick(long hash, int attempt, RandomGenerator random) {
    return hosts[(int) (((long) next(hash) + attempt) % hosts.length)];
  }

  /** The first point at or after the hash; beyond the last one it is the first of all. */
  private int next(long hash) {
    int low = 0;
    int high = points.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(points[middle], hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == points.length ? 0 : low;
  }
}
