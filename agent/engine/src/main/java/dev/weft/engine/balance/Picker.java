package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.LoadBalancing;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Chooses among endpoints that may all serve. */
interface Picker {

  Upstream pick(RandomGenerator random);

  /**
   * @param upstreams at least one
   * @param turn of the round robin; outlives configurations
   */
  static Picker of(LoadBalancing balancing, Upstream[] upstreams, AtomicInteger turn) {
    if (upstreams.length == 1) {
      Upstream only = upstreams[0];
      return random -> only;
    }
    Weights weights = new Weights(upstreams);
    return switch (balancing) {
      case RANDOM -> weights::random;
      case ROUND_ROBIN -> random -> weights.inTurn(turn);
      case LEAST_REQUEST -> random -> leastRequest(weights, random);
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
