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
   * The readings, without query: as it is written, as a sidecar normalizes it, and as the servers
   * do that do most. One alone, mostly.
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
    String decoded = Percent.decode(path);
    if (!isClear(path, decoded)) {
      return null;
    }
    Set<String> readings = new LinkedHashSet<>();
    add(readings, path, decoded);
    int rest = path.startsWith("//") ? path.indexOf('/', 2) : -1;
    if (rest > 0) { // what is before is a host to whoever takes the target for a reference
      String below = path.substring(rest);
      add(readings, below, Percent.decode(below));
    }
    return List.copyOf(readings);
  }

  private static void add(Set<String> readings, String path, String decoded) {
    readings.add(path);
    readings.add(NormalPath.withoutQuery(path));
    String bare = withoutParameters(path);
    readings.add(bare);
    readings.add(resolved(path));
    readings.add(resolved(bare));
    readings.add(resolved(decoded));
    readings.add(resolved(Percent.decode(bare)));
    readings.add(resolved(withoutParameters(decoded)));
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

  /** Whether it is a path at all, and has neither a fragment nor a character that ends texts. */
  private static boolean isClear(String path, String decoded) {
    if (!path.startsWith("/") || path.indexOf('#') >= 0) {
      return false;
    }
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      if (c < ' ' || c == 0x7f) {
        return false;
      }
    }
    return true;
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
