package dev.weft.engine.limit;

import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * How a limit stands for a request, in the words of {@code draft-polli-ratelimit-headers-03}.
 *
 * @param limit requests that it allows, and how they are counted: {@code 10}, {@code 10, 10;w=60}
 * @param remaining requests that it still allows
 * @param reset seconds until it allows more
 */
public record Quota(String limit, long remaining, long reset) {

  static Quota of(Bucket bucket, long now) {
    return new Quota(
        Long.toString(bucket.maxTokens()), bucket.remaining(now), bucket.secondsToNext(now));
  }

  /** Of the descriptor that allows least, with the policies of all; null: none has a limit. */
  public static @Nullable Quota of(List<RateLimitService.Standing> standings) {
    RateLimitService.Standing least = null;
    StringBuilder policies = new StringBuilder();
    for (RateLimitService.Standing each : standings) {
      RateLimitService.Limit limit = each.limit();
      if (limit == null) {
        continue;
      }
      if (least == null || each.remaining() < least.remaining()) {
        least = each;
      }
      if (!limit.window().isZero()) {
        policies.append(", ").append(limit.requests());
        policies.append(";w=").append(limit.window().toSeconds());
        if (!limit.name().isEmpty()) {
          policies.append(";name=\"").append(limit.name()).append('"');
        }
      }
    }
    return least == null || least.limit() == null
        ? null
        : new Quota(
            least.limit().requests() + policies.toString(),
            least.remaining(),
            least.reset().toSeconds());
  }

  /** The one that allows less; of two that are equal, the first. */
  public static @Nullable Quota tighter(@Nullable Quota one, @Nullable Quota other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return other.remaining < one.remaining ? other : one;
  }

  /** Envoy's headers. */
  public List<Entry<String, String>> headers() {
    return List.of(
        Map.entry("x-ratelimit-limit", limit),
        Map.entry("x-ratelimit-remaining", Long.toString(remaining)),
        Map.entry("x-ratelimit-reset", Long.toString(reset)));
  }
}
