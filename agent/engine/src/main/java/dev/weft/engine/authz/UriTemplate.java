package dev.weft.engine.authz;

import dev.weft.engine.http.Letters;
import java.util.Arrays;
import java.util.List;
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

  private final List<String> segments; // before any number of them
  private final @Nullable String tail; // behind any number of them; null: there is no such place

  UriTemplate(String template) {
    List<String> all = Arrays.asList(template.split("/", -1));
    int rest = all.indexOf(REST);
    this.segments = rest < 0 ? all : all.subList(0, rest);
    this.tail = rest < 0 ? null : tail(all.subList(rest + 1, all.size()));
  }

  private static String tail(List<String> behind) {
    return behind.isEmpty() ? "" : "/" + String.join("/", behind);
  }

  Match matches(String path) {
    Match match = Match.ALL;
    int at = 0;
    for (String segment : segments) {
      if (at > path.length()) {
        return Match.NONE;
      }
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (segment.equals(ONE)) {
        match = match.and(at == end ? Match.NONE : wild(path, at, end));
      } else if (end - at != segment.length() || !path.startsWith(segment, at)) {
        return Match.NONE;
      }
      at = end + 1;
    }
    boolean isOver = at > path.length();
    if (tail == null || isOver) {
      return tail == null && isOver ? match : Match.NONE; // the slash before the rest must be there
    }
    int end = path.length() - tail.length();
    return end >= at && path.endsWith(tail) ? match.and(wild(path, at, end)) : Match.NONE;
  }

  private static Match wild(String path, int from, int end) {
    for (int i = from; i < end; i++) {
      char c = path.charAt(i);
      if (!Letters.isAlphanumeric(c) && c != '/' && ALLOWED.indexOf(c) < 0) {
        return Match.SOME;
      }
    }
    return Match.ALL;
  }
}
