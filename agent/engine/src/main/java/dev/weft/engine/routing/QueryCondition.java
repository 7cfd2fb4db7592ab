package dev.weft.engine.routing;

import dev.weft.engine.config.RouteMatch.QueryMatch;
import dev.weft.engine.http.Percent;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's QueryParameterMatcher, compiled. Names and values are percent-decoded, {@code +} stays a
 * plus; of several parameters of one name the first counts; one without {@code =} has the empty
 * value.
 */
final class QueryCondition {

  private final String name;
  private final Predicate<String> test;

  QueryCondition(QueryMatch match) {
    this.name = match.name();
    this.test = Texts.compile(match.match());
  }

  boolean matches(String target, int pathEnd) {
    String value = value(target, pathEnd);
    return value != null && test.test(value);
  }

  private @Nullable String value(String target, int pathEnd) {
    if (pathEnd >= target.length() || target.charAt(pathEnd) != '?') {
      return null;
    }
    int fragment = target.indexOf('#', pathEnd);
    int end = fragment < 0 ? target.length() : fragment;
    int start = pathEnd + 1;
    while (start < end) {
      int ampersand = target.indexOf('&', start);
      int stop = ampersand < 0 || ampersand > end ? end : ampersand;
      int equals = target.indexOf('=', start);
      int nameEnd = equals < 0 || equals > stop ? stop : equals;
      if (Percent.decode(target.substring(start, nameEnd)).equals(name)) {
        return nameEnd == stop ? "" : Percent.decode(target.substring(nameEnd + 1, stop));
      }
      start = stop + 1;
    }
    return null;
  }
}
