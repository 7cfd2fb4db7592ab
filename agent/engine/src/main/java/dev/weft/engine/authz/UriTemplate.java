package dev.weft.engine.authz;

import org.jspecify.annotations.Nullable;

/**
 * Envoy's URI template, of whole segments: {@code *} is one, {@code **} any number of them, the
 * last. Envoy wants certain characters in what these stand for; a path that has others matches on
 * some readings only.
 */
final class UriTemplate {

  private static final String ONE = "*";
  private static final String REST = "**";
  private static final String ALLOWED = "-._~%!$&'()+,;:@=";

  private final String[] segments;

  UriTemplate(String template) {
    this.segments = template.split("/", -1);
  }

  Match matches(String path) {
    return matches(0, path, 0, Match.ALL);
  }

  /** What of the path begins here, against what of the template begins there. */
  private Match matches(int index, String path, int from, Match soFar) {
    int at = from;
    Match match = soFar;
    for (int i = index; i < segments.length; i++) {
      if (segments[i].equals(REST)) {
        return rest(i, path, at, match);
      }
      if (at > path.length()) {
        return Match.NONE;
      }
      int end = end(path, at);
      if (segments[i].equals(ONE)) {
        match = match.and(wild(path, at, end));
      } else if (end - at != segments[i].length() || !path.startsWith(segments[i], at)) {
        return Match.NONE;
      }
      at = end + 1;
    }
    return at > path.length() ? match : Match.NONE;
  }

  /** Any number of characters, and then the literal segments that are left. */
  private Match rest(int index, String path, int from, Match soFar) {
    if (from > path.length()) {
      return Match.NONE; // the slash before it must be there
    }
    String tail = tail(index + 1);
    if (tail == null) {
      return soFar.and(
          path.length() == from ? Match.ALL : wild(path.replace('/', '-'), from, path.length()));
    }
    int end = path.length() - tail.length();
    boolean fits = end >= from && path.endsWith(tail);
    return fits
        ? soFar.and(end == from ? Match.ALL : wild(path.replace('/', '-'), from, end))
        : Match.NONE;
  }

  private @Nullable String tail(int from) {
    StringBuilder tail = new StringBuilder();
    for (int i = from; i < segments.length; i++) {
      tail.append('/').append(segments[i]);
    }
    return tail.isEmpty() ? null : tail.toString();
  }

  private static int end(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  private static Match wild(String path, int from, int end) {
    if (from >= end) {
      return Match.NONE;
    }
    for (int i = from; i < end; i++) {
      char c = path.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isLetter && ALLOWED.indexOf(c) < 0) {
        return Match.SOME;
      }
    }
    return Match.ALL;
  }
}
