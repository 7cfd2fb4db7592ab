package dev.weft.engine.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One rule: the first whose match holds decides. */
public record Route(
    String name,
    RouteMatch match,
    Action action,
    HeaderRules request,
    HeaderRules response,
    @Nullable Fault fault,
    @Nullable CorsPolicy cors) {

  /** Without faults and without a word on other origins. */
  public Route(
      String name, RouteMatch match, Action action, HeaderRules request, HeaderRules response) {
    this(name, match, action, request, response, null, null);
  }

  /** What a route does. */
  public sealed interface Action {

    /**
     * Sends the request to one of the clusters.
     *
     * @param clusters at least one; weights are relative, their sum is above zero
     * @param timeout over all tries, to the end of the response; null: none
     * @param hashing what consistent load balancers look at, in order
     * @param mirrors who gets copies
     */
    record Forward(
        List<WeightedCluster> clusters,
        @Nullable Rewrite rewrite,
        @Nullable Duration timeout,
        RetryPolicy retries,
        List<HashPolicy> hashing,
        List<Mirror> mirrors)
        implements Action {

      /** With nothing to hash and nobody to get copies. */
      public Forward(
          List<WeightedCluster> clusters,
          @Nullable Rewrite rewrite,
          @Nullable Duration timeout,
          RetryPolicy retries) {
        this(clusters, rewrite, timeout, retries, List.of(), List.of());
      }

      public Forward {
        hashing = List.copyOf(hashing);
        clusters = List.copyOf(clusters);
        mirrors = List.copyOf(mirrors);
        if (clusters.stream().mapToLong(WeightedCluster::weight).sum() <= 0) {
          throw new IllegalArgumentException("sum of weights: 0 (expected: above 0)");
        }
      }
    }

    /** Answers without any upstream (Envoy's {@code direct_response}). */
    @SuppressWarnings("ArrayRecordComponent") // handed to the library as it is, never compared
    record Respond(int status, byte[] body) implements Action {

      /** A body of text. */
      public Respond(int status, String body) {
        this(status, body.getBytes(StandardCharsets.UTF_8));
      }
    }

    /**
     * Sends the caller elsewhere. What is absent stays as the request has it; at most one of path,
     * prefix and regex.
     *
     * @param status 3xx
     * @param host with a port only where one is written
     * @param port 0: the request's own, where it has one
     * @param path whole; a query within it replaces the request's
     * @param prefix as that of {@link Rewrite}
     * @param stripQuery whether the request's query goes
     */
    record Redirect(
        int status,
        @Nullable String scheme,
        @Nullable String host,
        int port,
        @Nullable String path,
        @Nullable String prefix,
        @Nullable RegexRewrite regex,
        boolean stripQuery)
        implements Action {}
  }

  /**
   * A share of the requests, with header edits of its own. They come before the route's, as in
   * Envoy: where both replace a header, the route's value stays.
   *
   * @param authority replaces the Host, unless the route does; null: it stays
   */
  public record WeightedCluster(
      String cluster,
      int weight,
      HeaderRules request,
      HeaderRules response,
      @Nullable String authority) {

    /** Without an authority of its own. */
    public WeightedCluster(String cluster, int weight, HeaderRules request, HeaderRules response) {
      this(cluster, weight, request, response, null);
    }

    public WeightedCluster {
      if (weight < 0) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0)");
      }
    }
  }

  /**
   * Who gets copies of requests.
   *
   * @param share of the requests
   * @param suffix whether the host says that it is a copy: {@code reviews-shadow}
   */
  public record Mirror(String cluster, Fraction share, boolean suffix) {}

  /**
   * Changes to what is sent. At most one of prefix, path and regex.
   *
   * @param prefix replaces the matched prefix, or the whole matched path of an exact match
   * @param authority replaces the Host
   */
  public record Rewrite(
      @Nullable String prefix, @Nullable RegexRewrite regex, @Nullable String authority) {}

  /** RE2 substitution on the path, query excluded; {@code \1} are groups. */
  public record RegexRewrite(com.google.re2j.Pattern pattern, String substitution) {}
}
