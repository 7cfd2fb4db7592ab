package dev.weft.engine.limit;

import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RateLimit.Descriptor;
import dev.weft.engine.config.RateLimit.Entry;
import dev.weft.engine.config.RateLimit.Replies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Envoy's {@code local_ratelimit}: buckets that this process fills itself. */
public final class LocalLimiter {

  private final RateLimit.Local config;
  private final LongSupplier clock;
  private final @Nullable Bucket everybodys;
  private final DescriptorMaker maker;
  private final Map<List<Entry>, Bucket> exact = new HashMap<>();
  private final List<Buckets> wildcards = new ArrayList<>();

  /**
   * @param clock monotonic nanoseconds
   * @param forgotten told of each bucket that had to go before it was full
   */
  LocalLimiter(RateLimit.Local config, LongSupplier clock, Runnable forgotten) {
    long now = clock.getAsLong();
    this.config = config;
    this.clock = clock;
    this.everybodys = config.bucket() == null ? null : new Bucket(Rate.of(config.bucket()), now);
    this.maker = new DescriptorMaker(config.actions(), true);
    List<Descriptor> general = new ArrayList<>();
    for (Descriptor descriptor : config.descriptors()) {
      if (descriptor.isWildcard()) {
        general.add(descriptor);
      } else {
        exact.put(descriptor.entries(), new Bucket(Rate.of(descriptor.bucket()), now));
      }
    }
    // What says more of a request goes first; Envoy takes whichever it finds.
    general.sort(Comparator.comparing(LocalLimiter::wildcards));
    general.forEach(each -> wildcards.add(new Buckets(each, config.mostKeys(), forgotten)));
  }

  private static long wildcards(Descriptor descriptor) {
    return descriptor.entries().stream().filter(Entry::isWildcard).count();
  }

  boolean isOf(RateLimit.Local other) {
    return config.equals(other);
  }

  public Replies replies() {
    return config.replies();
  }

  /**
   * What became of a request.
   *
   * @param taken whether it stays within the limit
   * @param quota null where it does and nobody is told
   */
  public record Result(boolean taken, @Nullable Quota quota) {
    private static final Result TAKEN = new Result(true, null);
  }

  /** Takes a token of each bucket that counts for the request; null: none does. */
  public @Nullable Result take(Arriving request) {
    long now = clock.getAsLong();
    Bucket own = own(request, now);
    if (own != null && !own.take(now)) {
      return new Result(false, Quota.of(own, now));
    }
    Bucket shared = own == null || config.always() ? everybodys : null;
    if (shared != null && !shared.take(now)) {
      return new Result(false, Quota.of(shared, now));
    }
    Bucket told = own == null ? shared : own;
    if (told == null) {
      return null;
    }
    return config.replies().rateLimitHeaders()
        ? new Result(true, Quota.of(told, now))
        : Result.TAKEN;
  }

  private @Nullable Bucket own(Arriving request, long now) {
    if (exact.isEmpty() && wildcards.isEmpty()) {
      return null;
    }
    List<Entry> entries = maker.of(request);
    if (entries == null) {
      return null;
    }
    Bucket known = exact.get(entries);
    if (known != null) {
      return known;
    }
    for (Buckets each : wildcards) {
      if (each.matches(entries)) {
        return each.of(entries, now);
      }
    }
    return null;
  }
}
