package dev.weft.engine.balance;

import dev.weft.engine.config.SlowStart;
import dev.weft.engine.config.TrafficPolicy;
import java.util.List;
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
   * @return null where nobody can be picked
   */
  static @Nullable Picker of(Basis basis, HostSet hosts, boolean inPanic) {
    TrafficPolicy policy = basis.policy();
    List<Upstream> candidates = inPanic ? hosts.all() : hosts.available();
    boolean byLocality = policy.availability().byLocality();
    if (policy.balancing().isConsistent()) {
      HashedHosts hashed = HashedHosts.of(candidates, byLocality ? hosts.localities() : null);
      return hashed.hosts().isEmpty() ? null : consistent(policy, hashed);
    }
    LocalityPicker picker = byLocality && !inPanic ? LocalityPicker.of(basis, hosts) : null;
    if (picker != null) {
      return picker;
    }
    return candidates.isEmpty() ? null : plain(basis, candidates);
  }

  private static Picker consistent(TrafficPolicy policy, HashedHosts hashed) {
    return switch (policy.balancing()) {
      case MAGLEV -> new MaglevTable(hashed, policy.hashing().tableSize());
      default -> new HashRing(hashed, policy.hashing());
    };
  }

  /** Of at least one. */
  static Picker plain(Basis basis, List<Upstream> candidates) {
    Upstream[] upstreams = candidates.toArray(Upstream[]::new);
    if (upstreams.length == 1) {
      Upstream only = upstreams[0];
      return (hash, attempt, random) -> only;
    }
    Weights weights = new Weights(upstreams);
    return switch (basis.policy().balancing()) {
      case ROUND_ROBIN ->
          warming(basis, upstreams, (hash, attempt, random) -> weights.inTurn(basis.turn()));
      case LEAST_REQUEST ->
          warming(basis, upstreams, (hash, attempt, random) -> weights.leastRequest(random));
      default -> (hash, attempt, random) -> weights.random(random);
    };
  }

  private static Picker warming(Basis basis, Upstream[] upstreams, Picker warm) {
    SlowStart slowStart = basis.policy().slowStart();
    return slowStart == null ? warm : new WarmingPicker(basis, slowStart, upstreams, warm);
  }
}
