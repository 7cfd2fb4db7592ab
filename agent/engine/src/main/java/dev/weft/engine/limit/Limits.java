package dev.weft.engine.limit;

import dev.weft.engine.config.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The limits in force, compiled. */
public final class Limits {

  private final List<RateLimit> config;
  private final List<LocalLimiter> local = new ArrayList<>();
  private final List<GlobalLimiter> global = new ArrayList<>();

  private Limits(List<RateLimit> config) {
    this.config = config;
  }

  /**
   * Null: there are none.
   *
   * @param before whose buckets stay where their limit does
   * @param clock monotonic nanoseconds
   * @param forgotten told of each bucket that had to go before it was full
   */
  public static @Nullable Limits compile(
      List<RateLimit> config, @Nullable Limits before, LongSupplier clock, Runnable forgotten) {
    if (config.isEmpty() || (before != null && before.config.equals(config))) {
      return config.isEmpty() ? null : before;
    }
    Limits limits = new Limits(config);
    for (RateLimit limit : config) {
      if (limit instanceof RateLimit.Local own) {
        LocalLimiter known = before == null ? null : before.find(own);
        limits.local.add(known == null ? new LocalLimiter(own, clock, forgotten) : known);
      } else {
        limits.global.add(new GlobalLimiter((RateLimit.Global) limit));
      }
    }
    return limits;
  }

  private @Nullable LocalLimiter find(RateLimit.Local wanted) {
    for (LocalLimiter limiter : local) {
      if (limiter.isOf(wanted)) {
        return limiter;
      }
    }
    return null;
  }

  /** Asked first: it costs next to nothing, and what it refuses is not counted elsewhere. */
  public List<LocalLimiter> local() {
    return local;
  }

  public List<GlobalLimiter> global() {
    return global;
  }
}
