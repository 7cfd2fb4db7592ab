package dev.weft.engine.authz;

import dev.weft.engine.http.Letters;
import dev.weft.engine.http.Percent;
import dev.weft.engine.routing.NormalPath;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a path may mean to whoever serves it. Servers differ in whether they decode slashes, cut
 * path parameters off, merge slashes and take backslashes for slashes; the mesh cannot know, so
 * that it takes all of these into account.
 */
final class PathReadings {

  private PathReadings() {}

  /**
   * The readings, without query: as it is written, and whatever becomes of it where a server, or a
   * proxy and the server behind it, resolve it, cut it and decode it, in any order, and decode it
   * once at most. One alone, mostly.
   *
   * @param target path and query
   * @return null: it has no one meaning, and must not be served
   */
  static @Nullable List<String> of(String target) {
    int end = target.indexOf('?');
    String path = end < 0 ? target : target.substring(0, end);
    if (isPlain(path)) {
      return List.of(path);
    }
    if (!path.startsWith("/") || path.indexOf('#') >= 0) {
      return null; // no path at all, or one with a fragment
    }
    Set<String> readings = new LinkedHashSet<>();
    add(readings, path);
    int rest = path.startsWith("//") ? path.indexOf('/', 2) : -1;
    if (rest > 0) { // what is before is a host to whoever takes the target for a reference
      add(readings, path.substring(rest));
    }
    return readings.stream().anyMatch(PathReadings::hasControls) ? null : List.copyOf(readings);
  }

  private static void add(Set<String> readings, String path) {
    Set<String> encoded = new LinkedHashSet<>();
    for (String each : List.of(path, withoutParameters(path))) {
      encoded.add(each);
      encoded.add(NormalPath.withoutQuery(each));
      encoded.add(resolved(each));
    }
    readings.addAll(encoded);
    for (String each : encoded) {
      String decoded = Percent.decode(each);
      String bare = withoutParameters(decoded);
      readings.add(decoded);
      readings.add(resolved(decoded));
      readings.add(bare);
      readings.add(resolved(bare));
    }
  }

  /** Whether nothing in it could be read in another way. */
  private static boolean isPlain(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return path.equals("*"); // of OPTIONS: the server itself
    }
    char before = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (!Letters.isAlphanumeric(c) && "/-_.~!$&'()*+,=:@".indexOf(c) < 0) {
        return false;
      }
      if (before == '/' && (c == '/' || c == '.')) {
        return false;
      }
      before = c;
    }
    return true;
  }

  /** Whether it has a character that ends texts, or is left out of them. */
  private static boolean hasControls(String reading) {
    for (int i = 0; i < reading.length(); i++) {
      char c = reading.charAt(i);
      if (c < ' ' || c == 0x7f) {
        return true;
      }
    }
    return false;
  }

  private static String withoutParameters(String path) {
    if (path.indexOf(';') < 0) {
      return path;
    }
    StringBuilder kept = new StringBuilder(path.length());
    boolean cuts = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      cuts = c == ';' || (cuts && c != '/');
      if (!cuts) {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  /** Backslashes are slashes, repeated ones are one, and dot segments are gone. */
  private static String resolved(String path) {
    StringBuilder kept = new StringBuilder(path.length());
    String[] segments = path.replace('\\', '/').split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      boolean isLast = i == segments.length - 1;
      if (segment.equals("..")) {
        kept.setLength(Math.max(0, kept.lastIndexOf("/")));
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.append('/').append(segment);
        continue;
      }
      if (isLast) {
        kept.append('/'); // what ends in a slash, or in dots, still does
      }
    }
    return kept.isEmpty() ? "/" : kept.toString();
  }
}
