package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.Locality;
import dev.weft.engine.config.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's locality weighted load balancing: first the locality by its weight, which shrinks with
 * what is unavailable there beyond the overprovisioning, then an endpoint within.
 */
final class LocalityPicker implements Picker {

  private final List<Picker> pickers = new ArrayList<>();
  private final List<Double> weights = new ArrayList<>();
  private double total;

  private LocalityPicker() {}

  /** Null where no locality with an available endpoint has a weight. */
  static @Nullable LocalityPicker of(Basis basis, HostSet hosts) {
    TrafficPolicy policy = basis.policy();
    LocalityPicker picker = new LocalityPicker();
    for (Locality locality : hosts.localities()) {
      HostSet within =
          new HostSet(
              HostSet.within(locality, hosts.all()), HostSet.within(locality, hosts.available()));
      double weight =
          locality.weight() * within.health(policy.availability().overprovisioning()) / 100.0;
      if (weight > 0) {
        Basis own = new Basis(policy, new AtomicInteger(), basis.clock());
        picker.pickers.add(Picker.plain(own, within.available()));
        picker.weights.add(weight);
        picker.total += weight;
      }
    }
    return picker.pickers.isEmpty() ? null : picker;
  }

  @Override
  public Upstream pick(long hash, int attempt, RandomGenerator random) {
    double left = random.nextDouble() * total;
    int last = pickers.size() - 1;
    int i = 0;
    while (i < last && left >= weights.get(i)) {
      left -= weights.get(i);
      i++;
    }
    return pickers.get(i).pick(hash, attempt, random);
  }
}
