package dev.weft.engine.routing;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.Fault;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.RouteMatch;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One route, compiled. */
public final class Rule {

  private final Route route;
  private final Paths.Condition path;
  private final HeaderCondition[] headers;
  private final QueryCondition[] query;
  private final Destination[] destinations;
  private final long totalWeight;
  private final Editing response;
  private final @Nullable Redirecting redirecting;
  private final @Nullable Cors cors;

  Rule(Route route) {
    this.route = route;
    this.path = Paths.compile(route.match().path());
    this.headers =
        route.match().headers().stream().map(HeaderCondition::new).toArray(HeaderCondition[]::new);
    this.query =
        route.match().query().stream().map(QueryCondition::new).toArray(QueryCondition[]::new);
    this.response = Editing.of(Edits.of(HeaderRules.NONE, route.response()));
    this.redirecting =
        route.action() instanceof Route.Action.Redirect redirect
            ? new Redirecting(redirect, route.match().path())
            : null;
    this.cors = route.cors() == null ? null : new Cors(route.cors());
    this.destinations =
        route.action() instanceof Route.Action.Forward forward
            ? destinations(route, forward)
            : new Destination[0];
    long total = 0;
    for (Destination destination : destinations) {
      total += destination.weight();
    }
    this.totalWeight = total;
  }

  private static Destination[] destinations(Route route, Route.Action.Forward forward) {
    return forward.clusters().stream()
        .filter(cluster -> cluster.weight() > 0)
        .map(cluster -> new Destination(route, forward, cluster))
        .toArray(Destination[]::new);
  }

  boolean matches(RequestHead head, Headers all, int pathEnd) {
    if (!path.matches(head.target(), pathEnd)) {
      return false;
    }
    for (HeaderCondition condition : headers) {
      if (!condition.matches(head, all)) {
        return false;
      }
    }
    for (QueryCondition condition : query) {
      if (!condition.matches(head.target(), pathEnd)) {
        return false;
      }
    }
    return true;
  }

  RouteMatch match() {
    return route.match();
  }

  public String name() {
    return route.name();
  }

  public Route.Action action() {
    return route.action();
  }

  /** One destination, with the chance that its weight gives it. Only for a forwarding rule. */
  public Destination pick(RandomGenerator random) {
    if (destinations.length == 1) {
      return destinations[0];
    }
    long left = random.nextLong(totalWeight);
    int i = 0;
    while (left >= destinations[i].weight()) {
      left -= destinations[i].weight();
      i++;
    }
    return destinations[i];
  }

  /** What goes wrong on purpose, or null. */
  public @Nullable Fault fault() {
    return route.fault();
  }

  /** What is said to pages of other origins; null: nothing. */
  public @Nullable Cors cors() {
    return cors;
  }

  /** Where the caller is sent to. Only for a redirecting rule. */
  public String location(RequestHead head) {
    return Objects.requireNonNull(redirecting).location(head);
  }

  /** Edits of a response that the rule itself gives. */
  public Editing response() {
    return response;
  }
}
