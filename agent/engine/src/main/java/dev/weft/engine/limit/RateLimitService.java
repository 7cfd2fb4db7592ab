package dev.weft.engine.limit;

import dev.weft.engine.config.RateLimit;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The way to services that count requests for many ({@code envoy.service.ratelimit.v3}). */
@FunctionalInterface
public interface RateLimitService {

  /** Reaches nobody. */
  RateLimitService NONE = question -> CompletableFuture.completedFuture(Answer.FAILED);

  /**
   * Asks whether a request may pass, and counts it. Never blocks.
   *
   * @return completes within the question's timeout, never exceptionally, at once or on a thread
   *     that may run the application's code
   */
  CompletionStage<Answer> ask(Question question);

  /**
   * @param address of the service; unresolved: its name is looked up
   * @param authority what it is called by
   * @param timeout after which it counts as failed
   */
  record Question(
      InetSocketAddress address,
      String authority,
      String domain,
      List<List<RateLimit.Entry>> descriptors,
      Duration timeout) {}

  /** What the service made of it. */
  enum Code {
    OK,
    OVER_LIMIT,
    /** There is no answer, or none that can be understood. */
    FAILED
  }

  /**
   * @param standings one for each descriptor, in their order; may be missing
   * @param responseHeaders to add to the response, whoever gives it
   * @param requestHeaders to add to the request
   * @param body of the response to a request that may not pass
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(
      Code code,
      List<Standing> standings,
      List<Map.Entry<String, String>> responseHeaders,
      List<Map.Entry<String, String>> requestHeaders,
      byte[] body) {

    /** No answer. */
    public static final Answer FAILED =
        new Answer(Code.FAILED, List.of(), List.of(), List.of(), new byte[0]);

    /** Without anything to add. */
    public static Answer of(Code code, Standing... standings) {
      return new Answer(code, List.of(standings), List.of(), List.of(), new byte[0]);
    }
  }

  /**
   * How one descriptor stands.
   *
   * @param limit null: none is configured for it
   * @param reset until the count begins anew
   */
  record Standing(boolean over, @Nullable Limit limit, long remaining, Duration reset) {}

  /**
   * @param name empty: none
   * @param window in which so many requests may come; zero: not known
   */
  record Limit(String name, long requests, Duration window) {}
}
