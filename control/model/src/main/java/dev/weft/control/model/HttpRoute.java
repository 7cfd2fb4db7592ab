package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP route of a rule: matched by any of its match blocks, or always if it has none.
 *
 * @param name the route's own name; empty if it has none
 * @param timeout of the whole request, all tries together; null: none
 * @param location where it is written; null for the route that applies without a rule
 */
public record HttpRoute(
    String name,
    List<RouteMatch> matches,
    List<WeightedDestination> destinations,
    HeaderEdits headers,
    Rewrite rewrite,
    @Nullable Duration timeout,
    RetryPolicy retries,
    @Nullable SourceLocation location) {

  public HttpRoute {
    matches = List.copyOf(matches);
    destinations = List.copyOf(destinations);
  }

  /** The route of a service that no rule mentions. */
  public static HttpRoute to(Destination destination) {
    return new HttpRoute(
        "default",
        List.of(),
        List.of(new WeightedDestination(destination, 1, HeaderEdits.NONE)),
        HeaderEdits.NONE,
        Rewrite.NONE,
        null,
        RetryPolicy.DEFAULT,
        null);
  }

  public boolean catchesAll() {
    return matches.isEmpty() || matches.stream().anyMatch(RouteMatch::catchesAll);
  }

  HttpRoute with(List<RouteMatch> newMatches, List<WeightedDestination> newDestinations) {
    return new HttpRoute(
        name, newMatches, newDestinations, headers, rewrite, timeout, retries, location);
  }
}
