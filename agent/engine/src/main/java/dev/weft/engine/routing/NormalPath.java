package dev.weft.engine.routing;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.http.Letters;
import java.util.Locale;

/**
 * Paths in one spelling, as Envoy's {@code normalize_path} has them, which Istio switches on for
 * every sidecar: routes are matched by it, and it is what is sent. Dot segments are resolved,
 * backslashes are slashes, encoded letters, digits and {@code -._~} are decoded; what must not
 * stand in a path is encoded. Other encoded characters, a slash among them, and repeated slashes
 * stay as they are.
 */
public final class NormalPath {

  private static final String NEVER_RAW = "\"<>^`{|}";
  private static final int ESCAPE = 3; // %2F

  private NormalPath() {}

  /** Path and query, the path normalized; the same object when it is already. */
  public static String of(String target) {
    int end = Paths.end(target);
    if (end == 0 || target.charAt(0) != '/' || isNormal(target, end)) {
      return target;
    }
    String path = withoutDots(spelled(target, end));
    return path.length() == end && target.startsWith(path) ? target : path + target.substring(end);
  }

  /** The request with its path normalized; the same object when it is already. */
  public static RequestHead in(RequestHead head) {
    String target = of(head.target());
    return target.equals(head.target())
        ? head
        : new RequestHead(
            head.library(), head.method(), head.scheme(), head.authority(), target, head.headers());
  }

  /** The path alone, normalized. */
  public static String withoutQuery(String target) {
    String normal = of(target);
    return normal.substring(0, Paths.end(normal));
  }

  /** Whether the path holds an encoded NUL, which Envoy answers with 400. */
  public static boolean isForbidden(String target) {
    int at = target.indexOf("%00");
    return at >= 0 && at < Paths.end(target);
  }

  private static boolean isNormal(String target, int end) {
    for (int i = 0; i < end; i++) {
      char c = target.charAt(i);
      if (c == '%' || c == '\\' || NEVER_RAW.indexOf(c) >= 0) {
        return false;
      }
      if (c == '.' && target.charAt(i - 1) == '/') {
        return false;
      }
    }
    return true;
  }

  private static String spelled(String target, int end) {
    StringBuilder path = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = target.charAt(i);
      int decoded = c == '%' && i + ESCAPE <= end ? unreserved(target, i) : -1;
      if (decoded >= 0) {
        path.append((char) decoded);
        i += ESCAPE - 1;
      } else if (c == '\\') {
        path.append('/');
      } else if (NEVER_RAW.indexOf(c) >= 0) {
        path.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
      } else {
        path.append(c);
      }
    }
    return path.toString();
  }

  // RFC 3986 (2.3): what means the same whether it is encoded or not; else -1.
  private static int unreserved(String target, int percent) {
    int high = Character.digit(target.charAt(percent + 1), 16);
    int low = Character.digit(target.charAt(percent + 2), 16);
    if (high < 0 || low < 0) {
      return -1;
    }
    int c = high * 16 + low;
    return Letters.isAlphanumeric(c) || "-._~".indexOf(c) >= 0 ? c : -1;
  }

  // RFC 3986 (5.2.4), without merging slashes.
  private static String withoutDots(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    StringBuilder kept = new StringBuilder(path.length());
    int next;
    for (int slash = 0; slash < path.length(); slash = next) {
      next = path.indexOf('/', slash + 1);
      next = next < 0 ? path.length() : next;
      String segment = path.substring(slash + 1, next);
      boolean isDots = segment.equals(".") || segment.equals("..");
      if (!isDots) {
        kept.append(path, slash, next);
        continue;
      }
      if (segment.equals("..")) {
        kept.setLength(Math.max(0, kept.lastIndexOf("/")));
      }
      if (next == path.length()) {
        kept.append('/');
      }
    }
    return kept.toString();
  }
}
