package dev.weft.engine.balance;

import dev.weft.engine.config.TrafficPolicy.Availability;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which priority serves what part of the requests, and who serves there: Envoy's priority levels.
 * The first is full while its healthy part, times the overprovisioning factor, is all of it; what
 * it cannot take goes to the next.
 */
final class Priorities {

  private static final int ALL = 100;

  private final int[] loads; // percent, 100 together
  private final @Nullable Picker[] pickers;
  private final int first; // that takes any load
  private final List<Upstream> candidates; // of the first

  Priorities(Basis basis, List<HostSet> levels) {
    this(basis, levels, 0);
  }

  /**
   * @param excluded priorities that get nothing, as bits; those beyond the 31st never are
   */
  Priorities(Basis basis, List<HostSet> levels, int excluded) {
    Availability availability = basis.policy().availability();
    int[] health =
        levels.stream().mapToInt(it -> it.health(availability.overprovisioning())).toArray();
    int total = Math.min(ALL, sum(health));
    boolean[] panic = new boolean[levels.size()];
    boolean inTotalPanic = !levels.isEmpty();
    for (int i = 0; i < panic.length; i++) {
      panic[i] = total < ALL && levels.get(i).isBelow(availability.panicPercent());
      inTotalPanic &= panic[i];
    }
    if (excluded != 0) {
      exclude(health, excluded);
      loads = shares(health, Math.min(ALL, sum(health)));
    } else {
      int[] sizes = levels.stream().mapToInt(level -> level.all().size()).toArray();
      loads = inTotalPanic ? shares(sizes, sum(sizes)) : shares(health, total);
    }
    pickers = new Picker[levels.size()];
    for (int i = 0; i < pickers.length; i++) {
      pickers[i] = loads[i] == 0 ? null : Picker.of(basis, levels.get(i), panic[i]);
    }
    first = first(loads);
    candidates = candidates(levels, panic);
  }

  private static void exclude(int[] health, int excluded) {
    for (int i = 0; i < Math.min(Integer.SIZE, health.length); i++) {
      if ((excluded & 1 << i) != 0) {
        health[i] = 0;
      }
    }
  }

  /** Whether anybody may serve. */
  boolean serves() {
    return first >= 0;
  }

  private List<Upstream> candidates(List<HostSet> levels, boolean[] panic) {
    if (first < 0) {
      return List.of();
    }
    HostSet level = levels.get(first);
    return panic[first] ? level.all() : level.available();
  }

  /** All requests, in the proportions of these parts; what is beyond the total gets none. */
  private static int[] shares(int[] parts, int total) {
    int[] shares = new int[parts.length];
    int left = total == 0 ? 0 : ALL;
    for (int i = 0; i < parts.length && left > 0; i++) {
      shares[i] = Math.min(left, parts[i] * ALL / total);
      left -= shares[i];
    }
    if (left > 0) {
      shares[first(parts)] += left; // what rounding has left
    }
    return shares;
  }

  private static int first(int[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] > 0) {
        return i;
      }
    }
    return -1;
  }

  private static int sum(int[] numbers) {
    int sum = 0;
    for (int number : numbers) {
      sum += number;
    }
    return sum;
  }

  /** Null where nobody may serve. */
  @Nullable Upstream pick(long hash, int attempt, RandomGenerator random, boolean consistent) {
    if (first < 0) {
      return null;
    }
    int level = first;
    if (loads[level] < ALL) {
      long left = Long.remainderUnsigned(consistent ? hash : random.nextLong(), ALL);
      while (left >= loads[level]) {
        left -= loads[level];
        level++;
      }
    }
    Picker picker = pickers[level];
    return picker == null ? null : picker.pick(hash, attempt, random);
  }

  /** Those of the first priority that takes any load. */
  List<Upstream> candidates() {
    return candidates;
  }

  /** By priority, from 0. */
  static List<HostSet> levels(List<Upstream> upstreams) {
    List<List<Upstream>> levels = new ArrayList<>();
    for (Upstream upstream : upstreams) {
      while (levels.size() <= upstream.endpoint().priority()) {
        levels.add(new ArrayList<>());
      }
      levels.get(upstream.endpoint().priority()).add(upstream);
    }
    return levels.stream().map(HostSet::of).toList();
  }
}
