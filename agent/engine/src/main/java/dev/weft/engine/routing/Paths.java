package dev.weft.engine.routing;

import com.google.re2j.Pattern;
import dev.weft.engine.config.RouteMatch.PathMatch;

/** Envoy's path conditions, compiled. The path is a part of the target, so that nothing is cut. */
final class Paths {

  private Paths() {}

  /** A condition on the first {@code end} characters of a target. */
  interface Condition {
    boolean matches(String target, int end);
  }

  /** Where the path of a target ends: at its query, its fragment, or its end. */
  static int end(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '?' || c == '#') {
        return i;
      }
    }
    return target.length();
  }

  static Condition compile(PathMatch match) {
    if (match instanceof PathMatch.Exact exact) {
      String path = exact.path();
      boolean fold = exact.ignoreCase();
      return (target, end) ->
          end == path.length() && target.regionMatches(fold, 0, path, 0, path.length());
    }
    if (match instanceof PathMatch.Prefix prefix) {
      return prefix.prefix().equals("/") ? Paths::any : prefix(prefix);
    }
    if (match instanceof PathMatch.SegmentPrefix segments) {
      return segments(segments);
    }
    Pattern pattern = ((PathMatch.Regex) match).pattern();
    return (target, end) -> pattern.matcher(target.substring(0, end)).matches();
  }

  private static boolean any(String target, int end) {
    return end > 0 && target.charAt(0) == '/';
  }

  private static Condition prefix(PathMatch.Prefix match) {
    String prefix = match.prefix();
    boolean fold = match.ignoreCase();
    return (target, end) ->
        end >= prefix.length() && target.regionMatches(fold, 0, prefix, 0, prefix.length());
  }

  private static Condition segments(PathMatch.SegmentPrefix match) {
    String prefix = match.prefix();
    boolean fold = match.ignoreCase();
    int length = prefix.length();
    return (target, end) ->
        end >= length
            && target.regionMatches(fold, 0, prefix, 0, length)
            && (end == length || target.charAt(length) == '/');
  }
}
