package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP route of a rule: matched by any of its match blocks, or always if it has none.
 *
 * @param name the route's own name; empty if it has none
 * @param location where it is written; null for the route that applies without a rule
 */
public record HttpRoute(
    String name,
    List<RouteMatch> matches,
    RouteAction action,
    RouteSettings settings,
    @Nullable SourceLocation location) {

  public HttpRoute {
    matches = List.copyOf(matches);
  }

  /** The route of a service that no rule mentions. */
  public static HttpRoute to(Destination destination) {
    return new HttpRoute(
        "default",
        List.of(),
        new RouteAction.Forward(List.of(new WeightedDestination(destination, 1, HeaderEdits.NONE))),
        RouteSettings.NONE,
        null);
  }

  /** Where requests are sent; none for a route that answers itself. */
  public List<WeightedDestination> destinations() {
    return action instanceof RouteAction.Forward forward ? forward.destinations() : List.of();
  }

  /** Those that get copies of what is sent. */
  public List<Mirroring.Mirror> mirrors() {
    return action instanceof RouteAction.Forward ? settings.mirroring().mirrors() : List.of();
  }

  /** Everything that the route may send to. */
  public Stream<Destination> reached() {
    return Stream.concat(
        destinations().stream().map(WeightedDestination::destination),
        mirrors().stream().map(Mirroring.Mirror::destination));
  }

  public HeaderEdits headers() {
    return settings.headers() == null ? HeaderEdits.NONE : settings.headers();
  }

  public Rewrite rewrite() {
    return settings.rewrite() == null ? Rewrite.NONE : settings.rewrite();
  }

  /** Of the whole request, all tries together; null: none. */
  public @Nullable Duration timeout() {
    return settings.timeout();
  }

  public RetryPolicy retries() {
    return settings.retries() == null ? RetryPolicy.DEFAULT : settings.retries();
  }

  public boolean catchesAll() {
    return matches.isEmpty() || matches.stream().anyMatch(RouteMatch::catchesAll);
  }

  /** The destinations are those of a route that has any. */
  HttpRoute with(List<RouteMatch> newMatches, List<WeightedDestination> newDestinations) {
    RouteAction changed =
        action instanceof RouteAction.Forward ? new RouteAction.Forward(newDestinations) : action;
    return new HttpRoute(name, newMatches, changed, settings, location);
  }

  HttpRoute mirroring(UnaryOperator<Destination> change) {
    RouteSettings changed = settings.with(settings.mirroring().with(change));
    return new HttpRoute(name, matches, action, changed, location);
  }

  /** Where the route does not say how to retry, so. */
  HttpRoute retrying(RetryPolicy otherwise) {
    if (settings.retries() != null || otherwise.equals(RetryPolicy.DEFAULT)) {
      return this;
    }
    RouteSettings changed =
        settings.orElse(new RouteSettings(null, null, null, otherwise, null, Mirroring.NONE, null));
    return new HttpRoute(name, matches, action, changed, location);
  }
}
