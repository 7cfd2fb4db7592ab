package dev.weft.engine.routing;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.weft.engine.config.Route.RegexRewrite;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.engine.config.RouteMatch.PathMatch;
import org.jspecify.annotations.Nullable;

/** What a rule changes in authority and path, compiled. The query always stays. */
final class Rewriting {

  static final Rewriting NONE = new Rewriting(null, -1, null, null);

  private final @Nullable String prefix;
  private final int matchedLength; // of the path that the prefix replaces; -1: all of it
  private final @Nullable RegexRewrite regex;
  private final @Nullable String authority;

  private Rewriting(
      @Nullable String prefix,
      int matchedLength,
      @Nullable RegexRewrite regex,
      @Nullable String authority) {
    this.prefix = prefix;
    this.matchedLength = matchedLength;
    this.regex = regex;
    this.authority = authority;
  }

  static Rewriting compile(@Nullable Rewrite rewrite, PathMatch match) {
    return rewrite == null ? NONE : of(rewrite, match);
  }

  private static Rewriting of(Rewrite rewrite, PathMatch match) {
    return new Rewriting(
        rewrite.prefix(), matchedLength(match), rewrite.regex(), rewrite.authority());
  }

  private static int matchedLength(PathMatch match) {
    if (match instanceof PathMatch.Prefix raw) {
      return raw.prefix().length();
    }
    return match instanceof PathMatch.SegmentPrefix segments ? segments.prefix().length() : -1;
  }

  String authority(String written) {
    return authority == null ? written : authority;
  }

  /** Whether there is a rule for the path, which may leave it as it is. */
  boolean concernsPath() {
    return prefix != null || regex != null;
  }

  /** The target to send; the same object when nothing changes. */
  String target(String target) {
    if (prefix == null && regex == null) {
      return target;
    }
    int end = Paths.end(target);
    String rest = target.substring(end);
    if (regex != null) {
      return replaceAll(regex.pattern(), target.substring(0, end), regex.substitution()) + rest;
    }
    int from = matchedLength < 0 ? end : Math.min(matchedLength, end);
    return prefix + target.substring(from);
  }

  // RE2::GlobalReplace: \0 to \9 are groups, \\ is a backslash.
  private static String replaceAll(Pattern pattern, String path, String substitution) {
    Matcher matcher = pattern.matcher(path);
    StringBuilder result = new StringBuilder();
    int from = 0;
    int last = -1;
    while (matcher.find()) {
      if (matcher.start() == last && matcher.end() == last) {
        continue; // RE2 takes no empty match right behind another
      }
      last = matcher.end();
      result.append(path, from, matcher.start());
      substitute(result, matcher, substitution);
      from = matcher.end();
    }
    return result.append(path, from, path.length()).toString();
  }

  private static void substitute(StringBuilder result, Matcher matcher, String substitution) {
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      if (c != '\\' || i + 1 == substitution.length()) {
        result.append(c);
        continue;
      }
      char next = substitution.charAt(++i);
      int group = next - '0';
      if (group < 0 || group > 9) {
        result.append(next);
      } else if (group <= matcher.groupCount() && matcher.group(group) != null) {
        result.append(matcher.group(group));
      }
    }
  }
}
