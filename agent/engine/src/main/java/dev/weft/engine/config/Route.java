package dev.weft.engine.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One rule: the first whose match holds decides. */
public record Route(
    String name, RouteMatch match, Action action, HeaderRules request, HeaderRules response) {

  /** What a route does. */
  public sealed interface Action {

    /**
     * Sends the request to one of the clusters.
     *
     * @param clusters at least one; weights are relative, their sum is above zero
     * @param timeout over all tries, to the end of the response; null: none
     * @param hashing what consistent load balancers look at, in order
     */
    record Forward(
        List<WeightedCluster> clusters,
        @Nullable Rewrite rewrite,
        @Nullable Duration timeout,
        RetryPolicy retries,
        List<HashPolicy> hashing)
        implements Action {

      /** With nothing to hash. */
      public Forward(
          List<WeightedCluster> clusters,
          @Nullable Rewrite rewrite,
          @Nullable Duration timeout,
          RetryPolicy retries) {
        this(clusters, rewrite, timeout, retries, List.of());
      }

      public Forward {
        hashing = List.copyOf(hashing);
        clusters = List.copyOf(clusters);
        if (clusters.stream().mapToLong(WeightedCluster::weight).sum() <= 0) {
          throw new IllegalArgumentException("sum of weights: 0 (expected: above 0)");
        }
      }
    }

    /** Answers without any upstream (Envoy's {@code direct_response}). */
    record Respond(int status, String body) implements Action {}
  }

  /**
   * A share of the requests, with header edits of its own. They come before the route's, as in
   * Envoy: where both replace a header, the route's value stays.
   */
  public record WeightedCluster(
      String cluster, int weight, HeaderRules request, HeaderRules response) {
    public WeightedCluster {
      if (weight < 0) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0)");
      }
    }
  }

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
