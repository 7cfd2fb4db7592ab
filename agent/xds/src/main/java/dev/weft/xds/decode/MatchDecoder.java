package dev.weft.xds.decode;

import dev.weft.engine.config.RouteMatch;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.PathMatch;
import dev.weft.engine.config.RouteMatch.QueryMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.xds.proto.HeaderMatcher;
import dev.weft.xds.proto.QueryParameterMatcher;
import dev.weft.xds.proto.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code envoy.config.route.v3.RouteMatch}. */
final class MatchDecoder {

  private MatchDecoder() {}

  static RouteMatch match(dev.weft.xds.proto.@Nullable RouteMatch match, Where where)
      throws InvalidResourceException {
    if (match == null) {
      throw where.refuse("absent (expected: a path condition)");
    }
    List<HeaderMatch> headers = new ArrayList<>();
    for (int i = 0; i < match.headers().size(); i++) {
      headers.add(header(match.headers().get(i), where.in("headers", i)));
    }
    List<QueryMatch> query = new ArrayList<>();
    for (int i = 0; i < match.queryParameters().size(); i++) {
      query.add(parameter(match.queryParameters().get(i), where.in("query_parameters", i)));
    }
    return new RouteMatch(path(match, where), headers, query);
  }

  private static PathMatch path(dev.weft.xds.proto.RouteMatch match, Where where)
      throws InvalidResourceException {
    boolean ignoreCase = match.caseSensitive() != null && !match.caseSensitive().value();
    if (match.prefix() != null) {
      return new PathMatch.Prefix(match.prefix(), ignoreCase);
    }
    if (match.path() != null) {
      return new PathMatch.Exact(match.path(), ignoreCase);
    }
    if (match.safeRegex() != null) {
      return new PathMatch.Regex(Regexes.compile(match.safeRegex(), where.in("safe_regex")));
    }
    String segments = match.pathSeparatedPrefix();
    if (segments == null) {
      throw where.refuse(
          "no path condition (expected: prefix, path, safe_regex or path_separated_prefix)");
    }
    if (!segments.startsWith("/") || segments.endsWith("/")) {
      throw where
          .in("path_separated_prefix")
          .refuse("\"" + segments + "\" (expected: a slash at the start, none at the end)");
    }
    return new PathMatch.SegmentPrefix(segments, ignoreCase);
  }

  static HeaderMatch header(HeaderMatcher matcher, Where where) throws InvalidResourceException {
    String name = matcher.name().toLowerCase(Locale.ROOT);
    if (name.isEmpty()) {
      throw where.in("name").refuse("empty (expected: the name of a header)");
    }
    boolean absent = Boolean.FALSE.equals(matcher.presentMatch());
    return new HeaderMatch(
        name,
        text(matcher, where),
        matcher.invertMatch() != absent,
        matcher.treatMissingHeaderAsEmpty());
  }

  private static StringMatch text(HeaderMatcher matcher, Where where)
      throws InvalidResourceException {
    if (matcher.stringMatch() != null) {
      return text(matcher.stringMatch(), where.in("string_match"));
    }
    if (matcher.exactMatch() != null) {
      return new StringMatch.Exact(matcher.exactMatch(), false);
    }
    if (matcher.prefixMatch() != null) {
      return new StringMatch.Prefix(matcher.prefixMatch(), false);
    }
    if (matcher.suffixMatch() != null) {
      return new StringMatch.Suffix(matcher.suffixMatch(), false);
    }
    if (matcher.containsMatch() != null) {
      return new StringMatch.Contains(matcher.containsMatch(), false);
    }
    if (matcher.safeRegexMatch() != null) {
      return new StringMatch.Regex(
          Regexes.compile(matcher.safeRegexMatch(), where.in("safe_regex_match")));
    }
    return new StringMatch.Present();
  }

  static StringMatch text(StringMatcher matcher, Where where) throws InvalidResourceException {
    boolean ignoreCase = matcher.ignoreCase();
    if (matcher.exact() != null) {
      return new StringMatch.Exact(matcher.exact(), ignoreCase);
    }
    if (matcher.prefix() != null) {
      return new StringMatch.Prefix(matcher.prefix(), ignoreCase);
    }
    if (matcher.suffix() != null) {
      return new StringMatch.Suffix(matcher.suffix(), ignoreCase);
    }
    if (matcher.contains() != null) {
      return new StringMatch.Contains(matcher.contains(), ignoreCase);
    }
    if (matcher.safeRegex() != null) {
      return new StringMatch.Regex(Regexes.compile(matcher.safeRegex(), where.in("safe_regex")));
    }
    throw where.refuse("no pattern (expected: exact, prefix, suffix, contains or safe_regex)");
  }

  private static QueryMatch parameter(QueryParameterMatcher matcher, Where where)
      throws InvalidResourceException {
    if (matcher.name().isEmpty()) {
      throw where.in("name").refuse("empty (expected: the name of a query parameter)");
    }
    if (matcher.stringMatch() != null) {
      return new QueryMatch(matcher.name(), text(matcher.stringMatch(), where.in("string_match")));
    }
    if (Boolean.FALSE.equals(matcher.presentMatch())) {
      throw where.in("present_match").refuse("false (expected: true)");
    }
    return new QueryMatch(matcher.name(), new StringMatch.Present());
  }
}
