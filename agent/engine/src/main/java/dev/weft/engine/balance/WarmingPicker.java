package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.SlowStart;
import java.util.random.RandomGenerator;

/**
 * Envoy's slow start: while an endpoint is new, its weight is less. Once none is new any more, the
 * load balancer goes on as without.
 */
final class WarmingPicker implements Picker {

  /** The weight of the heaviest, so that parts of a weight count. */
  private static final int SCALE = 65_535;

  private final Basis basis;
  private final SlowStart slowStart;
  private final Upstream[] upstreams;
  private final Picker warm;
  private final long newest;

  WarmingPicker(Basis basis, SlowStart slowStart, Upstream[] upstreams, Picker warm) {
    this.basis = basis;
    this.slowStart = slowStart;
    this.upstreams = upstreams;
    this.warm = warm;
    long latest = upstreams[0].member().availableSince();
    for (Upstream upstream : upstreams) {
      long since = upstream.member().availableSince();
      latest = since - latest > 0 ? since : latest;
    }
    this.newest = latest;
  }

  @Override
  public Upstream pick(long hash, int attempt, RandomGenerator random) {
    long now = basis.clock().getAsLong();
    if (now - newest >= slowStart.window().toNanos()) {
      return warm.pick(hash, attempt, random);
    }
    Weights weights = new Weights(upstreams, weights(now));
    return basis.policy().balancing() == LoadBalancing.ROUND_ROBIN
        ? weights.inTurn(basis.turn())
        : weights.leastRequest(random);
  }

  private int[] weights(long now) {
    double[] exact = new double[upstreams.length];
    double heaviest = 0;
    for (int i = 0; i < exact.length; i++) {
      long age = now - upstreams[i].member().availableSince();
      exact[i] = upstreams[i].endpoint().weight() * factor(age);
      heaviest = Math.max(heaviest, exact[i]);
    }
    int[] weights = new int[exact.length];
    for (int i = 0; i < exact.length; i++) {
      weights[i] = (int) Math.max(1, Math.round(exact[i] / heaviest * SCALE));
    }
    return weights;
  }

  /** Grows with time, from the minimum to 1. */
  private double factor(long age) {
    double part = (double) Math.max(1_000_000, age) / slowStart.window().toNanos();
    if (part >= 1) {
      return 1;
    }
    double grown = Math.pow(part, 1 / slowStart.aggression());
    return Math.max(grown, slowStart.minimumPercent() / 100);
  }
}
