package dev.weft.control.xds.resource;

import com.google.protobuf.BoolValue;
import dev.weft.control.model.StringMatch;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Match blocks as Envoy's route matches. */
final class Matches {

  private static final RouteMatch EVERYTHING = RouteMatch.newBuilder().setPrefix("/").build();

  private Matches() {}

  /** Null is a route without a match block. */
  static RouteMatch of(dev.weft.control.model.@Nullable RouteMatch match) {
    if (match == null) {
      return EVERYTHING;
    }
    RouteMatch.Builder built =
        path(match.uri()).setCaseSensitive(BoolValue.of(!match.ignoreUriCase()));
    // Sorted, so that the same rule always gives the same bytes.
    new TreeMap<>(match.headers()).forEach((name, value) -> built.addHeaders(header(name, value)));
    new TreeMap<>(match.withoutHeaders())
        .forEach((name, value) -> built.addHeaders(absence(name, value)));
    pseudoHeader(built, ":method", match.method());
    pseudoHeader(built, ":authority", match.authority());
    pseudoHeader(built, ":scheme", match.scheme());
    query(built, match.queryParams());
    return built.build();
  }

  /**
   * Conditions on headers alone.
   *
   * @param path on {@code :path}, with its query
   */
  static List<HeaderMatcher> headers(
      @Nullable StringMatch path,
      @Nullable StringMatch method,
      @Nullable StringMatch authority,
      Map<String, StringMatch> headers,
      Map<String, StringMatch> withoutHeaders) {
    RouteMatch.Builder built = RouteMatch.newBuilder();
    pseudoHeader(built, ":path", path);
    pseudoHeader(built, ":method", method);
    pseudoHeader(built, ":authority", authority);
    new TreeMap<>(headers).forEach((name, value) -> built.addHeaders(header(name, value)));
    new TreeMap<>(withoutHeaders).forEach((name, value) -> built.addHeaders(absence(name, value)));
    return built.getHeadersList();
  }

  private static RouteMatch.Builder path(@Nullable StringMatch uri) {
    RouteMatch.Builder built = RouteMatch.newBuilder();
    if (uri instanceof StringMatch.Exact exact) {
      return built.setPath(exact.value());
    }
    if (uri instanceof StringMatch.Prefix prefix) {
      return built.setPrefix(prefix.value());
    }
    if (uri instanceof StringMatch.Regex regex) {
      return built.setSafeRegex(regex(regex));
    }
    return built.setPrefix("/");
  }

  private static void pseudoHeader(
      RouteMatch.Builder built, String name, @Nullable StringMatch value) {
    if (value != null) {
      built.addHeaders(header(name, value));
    }
  }

  private static HeaderMatcher.Builder header(String name, StringMatch value) {
    HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name);
    return value instanceof StringMatch.Present
        ? header.setPresentMatch(true)
        : header.setStringMatch(string(value));
  }

  /** A header that is missing counts as empty: {@code withoutHeaders: exact ""} wants it there. */
  private static HeaderMatcher.Builder absence(String name, StringMatch value) {
    return header(name, value)
        .setInvertMatch(true)
        .setTreatMissingHeaderAsEmpty(!(value instanceof StringMatch.Present));
  }

  private static void query(RouteMatch.Builder built, Map<String, StringMatch> parameters) {
    new TreeMap<>(parameters)
        .forEach(
            (name, value) -> {
              QueryParameterMatcher.Builder query =
                  QueryParameterMatcher.newBuilder().setName(name);
              built.addQueryParameters(
                  value instanceof StringMatch.Present
                      ? query.setPresentMatch(true)
                      : query.setStringMatch(string(value)));
            });
  }

  static StringMatcher string(StringMatch value) {
    StringMatcher.Builder built = StringMatcher.newBuilder();
    if (value instanceof StringMatch.Exact exact) {
      built.setExact(exact.value());
    } else if (value instanceof StringMatch.Prefix prefix) {
      built.setPrefix(prefix.value());
    } else if (value instanceof StringMatch.Regex regex) {
      built.setSafeRegex(regex(regex));
    } else {
      throw new IllegalArgumentException(value + " (expected: exact, prefix or regex)");
    }
    return built.build();
  }

  private static RegexMatcher regex(StringMatch.Regex regex) {
    return RegexMatcher.newBuilder().setRegex(regex.pattern()).build();
  }
}
