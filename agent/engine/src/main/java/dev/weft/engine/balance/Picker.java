package dev.weft.engine.balance;

import dev.weft.engine.config.TrafficPolicy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses among endpoints that may all serve. */
interface Picker {

  /**
   * @param hash of the request; only consistent load balancers look at it
   * @param attempt how many picks of this try were turned down before
   */
  Upstream pick(long hash, int attempt, RandomGenerator random);

  /**
   * @param inPanic whether all endpoints are picked from, whatever is known of them
   * @param turn of the round robin; outlives configurations
   * @return null where nobody can be picked
   */
  static @Nullable Picker of(
      TrafficPolicy policy, HostSet hosts, boolean inPanic, AtomicInteger turn) {
    List<Upstream> candidates = inPanic ? hosts.all() : hosts.available();
    boolean byLocality = policy.availability().byLocality();
    if (policy.balancing().isConsistent()) {
      HashedHosts hashed = HashedHosts.of(candidates, byLocality ? hosts.localities() : null);
      return hashed.hosts().isEmpty() ? null : consistent(policy, hashed);
    }
    LocalityPicker picker = byLocality && !inPanic ? LocalityPicker.of(policy, hosts) : null;
    if (picker != null) {
      return picker;
    }
    return candidates.isEmpty() ? null : plain(policy, candidates, turn);
  }

  private static Picker consistent(TrafficPolicy policy, HashedHosts hashed) {
    return switch (policy.balancing()) {
      case MAGLEV -> new MaglevTable(hashed, policy.hashing().tableSize());
      default -> new HashRing(hashed, policy.hashing());
    };
  }

  /** Of at least one. */
  static Picker plain(TrafficPolicy policy, List<Upstream> candidates, AtomicInteger turn) {
    Upstream[] upstreams = candidates.toArray(Upstream[]::new);
    if (upstreams.length == 1) {
      Upstream only = upstreams[0];
      return (hash, attempt, random) -> only;
    }
    Weights weights = new Weights(upstreams);
    return switch (policy.balancing()) {
      case ROUND_ROBIN -> (hash, attempt, random) -> weights.inTurn(turn);
      case LEAST_REQUEST -> (hash, attempt, random) -> leastRequest(weights, random);
      default -> (hash, attempt, random) -> weights.random(random);
    };
  }

  /**
   * Envoy's power of two choices. With unequal weights the two candidates are drawn by weight and
   * compared by active requests per weight, so that an idle cluster is shared by weight (Envoy
   * keeps a schedule for this; the shares are the same, without state).
   */
  private static Upstream leastRequest(Weights weights, RandomGenerator random) {
    Upstream first = weights.random(random);
    Upstream second = weights.random(random);
    long one = (long) first.active() * second.endpoint().weight();
    long other = (long) second.active() * first.endpoint().weight();
    return other < one ? second : first;
  }
}
