package dev.weft.engine.balance;

import dev.weft.engine.hash.XxHash64;
import java.util.Comparator;
import java.util.random.RandomGenerator;

/**
 * Maglev's table as Envoy fills it: hosts take turns in claiming their next preferred slot, lighter
 * ones less often. The same hosts and keys give the same host as there.
 */
final class MaglevTable implements Picker {

  private final Upstream[] table;

  /**
   * @param size a prime
   */
  MaglevTable(HashedHosts hashed, int size) {
    Builder[] builders =
        hashed.hosts().stream()
            .map(host -> new Builder(host, size))
            .sorted(Comparator.comparing((Builder builder) -> builder.key))
            .toArray(Builder[]::new);
    table = new Upstream[size];
    int filled = 0;
    for (long turn = 1; filled < size; turn++) {
      for (int i = 0; i < builders.length && filled < size; i++) {
        if (builders[i].isDue(turn, hashed.largest())) {
          table[builders[i].claim(table)] = builders[i].host.upstream();
          filled++;
        }
      }
    }
  }

  @Override
  public Upstream pick(long hash, int attempt, RandomGenerator random) {
    long key = attempt == 0 ? hash : hash ^ -(long) attempt;
    return table[(int) Long.remainderUnsigned(key, table.length)];
  }

  private static final class Builder {
    private final HashedHosts.Host host;
    private final String key;
    private final long skip;
    private long slot;
    private double target;

    Builder(HashedHosts.Host host, int size) {
      this.host = host;
      this.key = HashKeys.of(host.upstream().endpoint().address());
      this.slot = Long.remainderUnsigned(XxHash64.of(key), size);
      this.skip = Long.remainderUnsigned(XxHash64.of(key, 1), size - 1) + 1;
    }

    /** Those who are as heavy as the heaviest are due in every turn. */
    boolean isDue(long turn, double largest) {
      if (turn * host.share() < target) {
        return false;
      }
      target += largest;
      return true;
    }

    int claim(Upstream[] table) {
      while (table[(int) slot] != null) {
        slot = (slot + skip) % table.length;
      }
      int claimed = (int) slot;
      slot = (slot + skip) % table.length;
      return claimed;
    }
  }
}
