package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.OutlierDetection;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Picks endpoints of one cluster, as Envoy does: first the priority, then who serves there. */
public final class Balancer {

  private final Cluster cluster;
  private final boolean consistent;
  private final Map<InetSocketAddress, Member> members = new HashMap<>();
  private final List<Upstream> upstreams = new ArrayList<>();
  private final Basis basis;
  private final ClusterLoad load;
  private final @Nullable OutlierDetector detector;
  private volatile int version;
  private volatile Priorities priorities;
  private volatile @Nullable Elsewhere elsewhere;

  /**
   * @param random where the round robin begins, so that clients do not march in step
   * @param clock monotonic nanoseconds
   * @param before of the same cluster in the configuration before, of which is kept what is known
   *     of addresses
   */
  public Balancer(
      Cluster cluster, RandomGenerator random, LongSupplier clock, @Nullable Balancer before) {
    this.cluster = cluster;
    this.consistent = cluster.policy().balancing().isConsistent();
    AtomicInteger turn = before == null ? new AtomicInteger(random.nextInt()) : before.basis.turn();
    this.basis = new Basis(cluster.policy(), turn, clock);
    this.load = before == null ? new ClusterLoad(clock) : before.load;
    load.setLimits(cluster.policy().limits());
    for (Endpoint endpoint : cluster.endpoints()) {
      Member known = before == null ? null : before.members.get(endpoint.address());
      Member member =
          members.computeIfAbsent(endpoint.address(), any -> known == null ? new Member() : known);
      if (endpoint.health() == Health.HEALTHY) {
        member.available(clock.getAsLong());
      }
      upstreams.add(new Upstream(endpoint, member, load));
    }
    this.detector = detector(random, before);
    this.version = detector == null ? 0 : detector.version();
    this.priorities = priorities();
  }

  private @Nullable OutlierDetector detector(RandomGenerator random, @Nullable Balancer before) {
    OutlierDetection settings = cluster.policy().outliers();
    if (settings == null) {
      members.values().forEach(Member::forgive);
      return null;
    }
    return new OutlierDetector(
        settings, members.values(), basis.clock(), random, before == null ? null : before.detector);
  }

  private Priorities priorities() {
    return new Priorities(basis, Priorities.levels(upstreams));
  }

  /** As things are: an ejection changes who may be picked. */
  private Priorities current() {
    return detector == null || detector.version() == version ? priorities : renewed(detector);
  }

  private synchronized Priorities renewed(OutlierDetector judge) {
    int seen = judge.version();
    if (seen != version) {
      priorities = priorities();
      version = seen;
    }
    return priorities;
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

  /** What is used of the cluster's limits. */
  public ClusterLoad load() {
    return load;
  }

  /** Whether the request's hash decides. */
  public boolean isConsistent() {
    return consistent;
  }

  /** One endpoint, or null when none may serve. Without a hash, chance takes its place. */
  public @Nullable Upstream pick(RandomGenerator random) {
    return pick(random, consistent ? random.nextLong() : 0);
  }

  /** One endpoint for a request of this hash, or null when none may serve. */
  public @Nullable Upstream pick(RandomGenerator random, long hash) {
    return current().pick(hash, 0, random, consistent);
  }

  /**
   * One endpoint, other than those already tried where possible (Envoy's previous-hosts predicate).
   * When so many picks all hit tried ones, the rest are looked through: Envoy would take a tried
   * one then, and fail again although another could serve. Not so where the hash decides.
   *
   * @param attempts how many picks the load balancer is asked for beyond the first; 0: take the
   *     first, whatever was tried
   */
  public @Nullable Upstream pick(
      RandomGenerator random, long hash, List<Upstream> tried, int attempts) {
    return pick(random, hash, new Tried(tried, attempts), current());
  }

  /**
   * Likewise, from other priorities than these (Envoy's previous-priorities).
   *
   * @param excluded as bits; {@link #serves} says whether any other can serve
   */
  public @Nullable Upstream pickElsewhere(
      RandomGenerator random, long hash, List<Upstream> tried, int attempts, int excluded) {
    return pick(random, hash, new Tried(tried, attempts), without(excluded));
  }

  /** Whether anybody may serve in other priorities than these. */
  public boolean serves(int excluded) {
    return without(excluded).serves();
  }

  @SuppressWarnings("ReferenceEquality") // one that is not the same has another state
  private Priorities without(int excluded) {
    Priorities all = current();
    Elsewhere known = elsewhere;
    if (known == null || known.all != all || known.excluded != excluded) {
      List<HostSet> levels = Priorities.levels(upstreams);
      known = new Elsewhere(all, excluded, new Priorities(basis, levels, excluded));
      elsewhere = known;
    }
    return known.others;
  }

  /** What the last retry was given that kept away from priorities: the next is like it, mostly. */
  private record Elsewhere(Priorities all, int excluded, Priorities others) {}

  private record Tried(List<Upstream> upstreams, int attempts) {}

  private @Nullable Upstream pick(
      RandomGenerator random, long hash, Tried avoided, Priorities among) {
    List<Upstream> tried = avoided.upstreams;
    Upstream picked = among.pick(hash, 0, random, consistent);
    for (int i = 1; i <= avoided.attempts && picked != null && wasTried(picked, tried); i++) {
      picked = among.pick(hash, i, random, consistent);
    }
    boolean good = avoided.attempts == 0 || picked == null || !wasTried(picked, tried);
    return good || consistent ? picked : another(random, tried, among, picked);
  }

  private static @Nullable Upstream another(
      RandomGenerator random,
      List<Upstream> tried,
      Priorities among,
      @Nullable Upstream otherwise) {
    List<Upstream> candidates = among.candidates();
    int start = candidates.isEmpty() ? 0 : random.nextInt(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      Upstream candidate = candidates.get((start + i) % candidates.size());
      if (!wasTried(candidate, tried)) {
        return candidate;
      }
    }
    return otherwise;
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
    Member member = members.get(address);
    return member == null ? 0 : member.active().get();
  }
}
