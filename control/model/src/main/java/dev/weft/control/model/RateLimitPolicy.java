package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One RateLimit. */
public record RateLimitPolicy(
    ResourceId id,
    Map<String, String> selector,
    List<Local> local,
    List<Global> global,
    SourceLocation location)
    implements WorkloadPolicy {

  public RateLimitPolicy {
    selector = Map.copyOf(selector);
    local = List.copyOf(local);
    global = List.copyOf(global);
  }

  /**
   * Counted by each workload for itself.
   *
   * @param name distinguishes it from the others of the policy
   * @param actions empty: all requests that match have one bucket
   * @param maxKeys how many buckets there may be at the same time
   */
  public record Local(
      String name,
      Condition match,
      List<Action> actions,
      TokenBucket bucket,
      List<Particular> overrides,
      int maxKeys,
      Replies replies) {

    public Local {
      actions = List.copyOf(actions);
      overrides = List.copyOf(overrides);
    }
  }

  /**
   * Counted by a service for all.
   *
   * @param destination of the service
   * @param failureModeDeny whether requests are refused where it does not answer
   */
  public record Global(
      Destination destination,
      String domain,
      Duration timeout,
      boolean failureModeDeny,
      List<Descriptor> descriptors,
      Replies replies) {

    public Global {
      descriptors = List.copyOf(descriptors);
    }
  }

  /** What the service is asked about requests that match. */
  public record Descriptor(Condition match, List<Action> actions) {

    public Descriptor {
      actions = List.copyOf(actions);
    }
  }

  /**
   * @param values by descriptor key
   */
  public record Particular(Map<String, String> values, TokenBucket bucket) {

    public Particular {
      values = Map.copyOf(values);
    }
  }

  public record TokenBucket(long maxTokens, long tokensPerFill, Duration fillInterval) {}

  /**
   * What callers are told.
   *
   * @param rateLimitHeaders {@code x-ratelimit-*}
   * @param resourceExhausted gRPC's RESOURCE_EXHAUSTED, not UNAVAILABLE
   */
  public record Replies(boolean rateLimitHeaders, boolean resourceExhausted) {}

  /**
   * Which requests: all conditions must hold. Absent ones are null or empty.
   *
   * @param headers by lower-case name
   * @param withoutHeaders conditions that must not hold; a missing header counts as empty
   */
  public record Condition(
      @Nullable StringMatch uri,
      @Nullable StringMatch method,
      @Nullable StringMatch authority,
      Map<String, StringMatch> headers,
      Map<String, StringMatch> withoutHeaders) {

    public static final Condition NONE = new Condition(null, null, null, Map.of(), Map.of());

    public Condition {
      headers = Map.copyOf(headers);
      withoutHeaders = Map.copyOf(withoutHeaders);
    }
  }

  /** What adds an entry to the descriptor of a request. */
  public sealed interface Action {

    /** The entry's key. */
    String key();

    record RequestHeader(String key, String name) implements Action {}

    record SourcePrincipal(String key) implements Action {}

    record RemoteAddress() implements Action {
      @Override
      public String key() {
        return "remote_address";
      }
    }

    record Path(String key) implements Action {}

    record GenericKey(String key, String value) implements Action {}
  }
}
