package dev.weft.control.config;

import dev.weft.control.model.Destination;
import dev.weft.control.model.HeaderEdits;
import dev.weft.control.model.HeaderOperations;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.RetryPolicy;
import dev.weft.control.model.Rewrite;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.StringMatch;
import dev.weft.control.model.WeightedDestination;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The model's routes in the same words as {@link EnvoyRoutes}. */
final class RouteLines {

  static final String DEFAULT_RETRIES = retries(RetryPolicy.DEFAULT);

  private RouteLines() {}

  static List<String> of(List<HttpRoute> routes) {
    return routes.stream().flatMap(RouteLines::lines).toList();
  }

  private static Stream<String> lines(HttpRoute route) {
    return route.matches().isEmpty()
        ? Stream.of(line(route, route.name(), ""))
        : route.matches().stream().map(match -> line(route, name(route, match), match(match)));
  }

  private static String name(HttpRoute route, RouteMatch match) {
    return match.name().isEmpty() ? route.name() : route.name() + "." + match.name();
  }

  private static String line(HttpRoute route, String name, String match) {
    boolean nowhere = route.destinations().isEmpty();
    boolean sole = route.destinations().size() == 1;
    HeaderEdits own = sole ? route.destinations().get(0).headers() : HeaderEdits.NONE;
    HeaderEdits headers = route.headers();
    String authority = authority(route, own);
    return String.join(
        " | ",
        name,
        match,
        nowhere ? "nowhere" : clusters(route.destinations()),
        nowhere ? "none" : seconds(route.timeout()),
        nowhere ? DEFAULT_RETRIES : retries(route.retries()),
        "rewrite " + path(route.rewrite()) + " " + authority,
        edits("request", headers.request(), own.request()),
        edits("response", headers.response(), own.response()));
  }

  private static String path(Rewrite rewrite) {
    if (rewrite.regex() != null) {
      return rewrite.regex().pattern() + " to " + rewrite.regex().substitution();
    }
    return rewrite.uri() == null ? "" : rewrite.uri();
  }

  private static String authority(HttpRoute route, HeaderEdits own) {
    String rewrite = route.rewrite().authority();
    if (rewrite != null) {
      return rewrite;
    }
    return Stream.of(route.headers(), own)
        .flatMap(edits -> Stream.of(edits.request().set(), edits.request().add()))
        .flatMap(edits -> edits.entrySet().stream())
        .filter(edit -> isAuthority(edit.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private static boolean isAuthority(String name) {
    return name.equals("host") || name.equals(":authority");
  }

  private static String match(RouteMatch match) {
    List<String> conditions = new ArrayList<>();
    if (match.uri() != null && !match.uri().equals(new StringMatch.Prefix("/"))) {
      boolean regex = match.uri() instanceof StringMatch.Regex;
      conditions.add("uri" + (match.ignoreUriCase() && !regex ? "~" : "") + string(match.uri()));
    }
    Map<String, StringMatch> headers = new TreeMap<>(match.headers());
    put(headers, ":method", match.method());
    put(headers, ":scheme", match.scheme());
    put(headers, ":authority", match.authority());
    headers.forEach((name, value) -> conditions.add(name + string(value)));
    match.withoutHeaders().forEach((name, value) -> conditions.add("not " + name + string(value)));
    match.queryParams().forEach((name, value) -> conditions.add("?" + name + string(value)));
    return conditions.stream().sorted().collect(Collectors.joining(" and "));
  }

  private static void put(Map<String, StringMatch> map, String name, @Nullable StringMatch match) {
    if (match != null) {
      map.put(name, match);
    }
  }

  private static String string(StringMatch match) {
    if (match instanceof StringMatch.Exact exact) {
      return "=" + exact.value();
    }
    if (match instanceof StringMatch.Prefix prefix) {
      return "^" + prefix.value();
    }
    return match instanceof StringMatch.Regex regex ? "~" + regex.pattern() : " present";
  }

  private static String clusters(List<WeightedDestination> destinations) {
    boolean sole = destinations.size() == 1;
    return destinations.stream()
        .map(
            one ->
                cluster(one.destination())
                    + " "
                    + (sole ? 1 : one.weight())
                    + (sole
                        ? ""
                        : " {"
                            + edits("request", one.headers().request(), HeaderOperations.NONE)
                            + " "
                            + edits("response", one.headers().response(), HeaderOperations.NONE)
                            + "}"))
        .collect(Collectors.joining(", "));
  }

  static String cluster(Destination destination) {
    return "outbound|" + destination.port() + "|" + destination.subset() + "|" + destination.host();
  }

  static String seconds(@Nullable Duration duration) {
    return duration == null
        ? "none"
        : BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
  }

  private static String retries(RetryPolicy policy) {
    return policy.attempts() == 0
        ? "0"
        : String.join(
            " ",
            Integer.toString(policy.attempts()),
            String.join(",", policy.conditions()),
            policy.statusCodes().toString(),
            seconds(policy.perTryTimeout()),
            seconds(policy.backoff()));
  }

  private static String edits(String which, HeaderOperations... all) {
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (HeaderOperations operations : all) {
      new TreeMap<>(operations.set()).forEach((name, value) -> edit(add, "set ", name, value));
      new TreeMap<>(operations.add()).forEach((name, value) -> edit(add, "add ", name, value));
      remove.addAll(operations.remove());
    }
    return which + " [" + String.join(", ", add) + "] remove " + remove;
  }

  private static void edit(List<String> edits, String kind, String name, String value) {
    if (!isAuthority(name)) {
      edits.add(kind + name + "=" + value);
    }
  }
}
