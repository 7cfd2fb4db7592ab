package dev.weft.engine.config;

import dev.weft.engine.config.RouteMatch.HeaderMatch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit of the requests that this workload takes, as one of Envoy's rate-limit filters has it. A
 * request must stay within each.
 */
public sealed interface RateLimit {

  /** What callers are told. */
  Replies replies();

  /**
   * Token buckets of this process ({@code envoy.filters.http.local_ratelimit}).
   *
   * @param name the same for the same limit in the next configuration, whose buckets it keeps
   * @param bucket of all requests; null: only the descriptors' count
   * @param always whether {@code bucket} counts for requests with a descriptor, too
   * @param actions what makes a request's descriptor
   * @param descriptors those that have buckets
   * @param mostKeys how many values of each wildcard have buckets at the same time
   */
  record Local(
      String name,
      @Nullable TokenBucket bucket,
      boolean always,
      List<Action> actions,
      List<Descriptor> descriptors,
      int mostKeys,
      Replies replies)
      implements RateLimit {

    public Local {
      actions = List.copyOf(actions);
      descriptors = List.copyOf(descriptors);
      if (mostKeys < 1) {
        throw new IllegalArgumentException("keys: " + mostKeys + " (expected: >= 1)");
      }
    }
  }

  /**
   * Counted by a service that many processes share ({@code envoy.filters.http.ratelimit}).
   *
   * @param cluster of the service
   * @param domain whose limits they are, for the service
   * @param actions each list makes one descriptor; without any there is nothing to ask
   * @param timeout how long the request waits for an answer
   * @param failureModeDeny whether it is refused where none comes
   */
  record Global(
      String cluster,
      String domain,
      List<List<Action>> actions,
      Duration timeout,
      boolean failureModeDeny,
      Replies replies)
      implements RateLimit {

    public Global {
      actions = actions.stream().map(List::copyOf).toList();
    }
  }

  /**
   * @param rateLimitHeaders whether responses carry {@code x-ratelimit-limit}, {@code -remaining}
   *     and {@code -reset}
   * @param resourceExhausted whether gRPC calls end with RESOURCE_EXHAUSTED, not UNAVAILABLE
   */
  record Replies(boolean rateLimitHeaders, boolean resourceExhausted) {
    public static final Replies PLAIN = new Replies(false, false);
  }

  /**
   * Full at the start; filled steadily, as Envoy's are since 1.33, not at the ends of intervals.
   */
  record TokenBucket(long maxTokens, long tokensPerFill, Duration fillInterval) {

    /** The longest that an empty bucket may need to be full again. */
    public static final Duration SLOWEST = Duration.ofDays(50L * 365);

    public TokenBucket {
      if (maxTokens < 1 || tokensPerFill < 1 || fillInterval.compareTo(Duration.ofNanos(1)) < 0) {
        throw new IllegalArgumentException(
            "bucket of "
                + maxTokens
                + ", "
                + tokensPerFill
                + " each "
                + fillInterval
                + " (expected: above 0)");
      }
      if (fillInterval.toMillis() / 1e3 * maxTokens / tokensPerFill > SLOWEST.toSeconds()) {
        throw new IllegalArgumentException(
            "bucket is full after more than " + SLOWEST.toDays() + " days");
      }
    }
  }

  /**
   * Requests whose descriptor has these keys in this order, and these values.
   *
   * @param bucket of these; where a value is a wildcard, each value has its own
   */
  record Descriptor(List<Entry> entries, TokenBucket bucket) {

    public Descriptor {
      entries = List.copyOf(entries);
    }

    public boolean isWildcard() {
      return entries.stream().anyMatch(Entry::isWildcard);
    }
  }

  /**
   * @param value empty in a {@link Descriptor}: any
   */
  record Entry(String key, String value) {
    public boolean isWildcard() {
      return value.isEmpty();
    }
  }

  /** What adds an entry to a request's descriptor. Where one has none to add, there is none. */
  sealed interface Action {

    /** The entry's key. */
    String key();

    /** The same for all. */
    record GenericKey(String key, String value) implements Action {}

    /** A header's value; of several of one name the first, as Envoy takes it. */
    record RequestHeader(String key, String name) implements Action {}

    /** The address of the connection's other end. */
    record RemoteAddress(String key) implements Action {}

    /** The SPIFFE id that the caller has proved. */
    record Principal(String key) implements Action {}

    /** The path, normalized, without query. */
    record Path(String key) implements Action {}

    /** Of requests whose headers match, or do not. */
    record HeaderValueMatch(String key, String value, boolean expected, List<HeaderMatch> headers)
        implements Action {
      public HeaderValueMatch {
        headers = List.copyOf(headers);
      }
    }
  }
}
