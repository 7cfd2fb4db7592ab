package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Picks endpoints of one cluster: among the healthy ones of the lowest priority that has any. There
 * is no panic mode, as Istio configures it: without a healthy endpoint there is none.
 */
public final class Balancer {

  private final Cluster cluster;
  private final Map<InetSocketAddress, AtomicInteger> active = new HashMap<>();
  private final AtomicInteger turn;
  private final Upstream[] candidates;
  private final @Nullable Picker picker;

  /**
   * @param random where the round robin begins, so that clients do not march in step
   * @param before of the same cluster in the configuration before, whose counts go on
   */
  public Balancer(Cluster cluster, RandomGenerator random, @Nullable Balancer before) {
    this.cluster = cluster;
    this.turn = before == null ? new AtomicInteger(random.nextInt()) : before.turn;
    for (Endpoint endpoint : cluster.endpoints()) {
      AtomicInteger counter = before == null ? null : before.active.get(endpoint.address());
      active.putIfAbsent(endpoint.address(), counter == null ? new AtomicInteger() : counter);
    }
    this.candidates = candidates();
    this.picker = candidates.length == 0 ? null : Picker.of(cluster.balancing(), candidates, turn);
  }

  private Upstream[] candidates() {
    List<Upstream> best = new ArrayList<>();
    int priority = Integer.MAX_VALUE;
    for (Endpoint endpoint : cluster.endpoints()) {
      if (endpoint.health() != Health.HEALTHY || endpoint.priority() > priority) {
        continue;
      }
      if (endpoint.priority() < priority) {
        best.clear();
        priority = endpoint.priority();
      }
      best.add(
          new Upstream(
              endpoint, active.computeIfAbsent(endpoint.address(), a -> new AtomicInteger())));
    }
    return best.toArray(Upstream[]::new);
  }

  public Cluster cluster() {
    return cluster;
  }

  /**
   * Whether this balancer was made of this very object, which its source keeps until it changes.
   */
  @SuppressWarnings("ReferenceEquality") // comparing all endpoints costs more than a new balancer
  public boolean isOf(Cluster other) {
    return cluster == other;
  }

  /** One endpoint, or null when none is healthy. */
  public @Nullable Upstream pick(RandomGenerator random) {
    return picker == null ? null : picker.pick(random);
  }

  /**
   * One endpoint, other than those already tried where possible (Envoy's previous-hosts predicate).
   * When so many picks all hit tried ones, the rest are looked through: Envoy would take a tried
   * one then, and fail again although another could serve.
   *
   * @param attempts how many picks the load balancer is asked for beyond the first; 0: take the
   *     first, whatever was tried
   */
  public @Nullable Upstream pick(RandomGenerator random, List<Upstream> tried, int attempts) {
    Upstream picked = pick(random);
    for (int i = 0; i < attempts && picked != null && wasTried(picked, tried); i++) {
      picked = pick(random);
    }
    if (attempts == 0 || picked == null || !wasTried(picked, tried)) {
      return picked;
    }
    int start = random.nextInt(candidates.length);
    for (int i = 0; i < candidates.length; i++) {
      Upstream candidate = candidates[(start + i) % candidates.length];
      if (!wasTried(candidate, tried)) {
        return candidate;
      }
    }
    return picked;
  }

  private static boolean wasTried(Upstream upstream, List<Upstream> tried) {
    for (Upstream one : tried) {
      if (one.isSame(upstream)) {
        return true;
      }
    }
    return false;
  }

  /** Requests in flight to this address now; 0 when it is not an endpoint. */
  public int active(InetSocketAddress address) {
    AtomicInteger counter = active.get(address);
    return counter == null ? 0 : counter.get();
  }
}
