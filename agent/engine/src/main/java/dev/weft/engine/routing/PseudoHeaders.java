package dev.weft.engine.routing;

import dev.weft.bridge.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy keeps among a request's headers and HTTP/1.1 in its request line. {@code host} is one
 * of them, for Envoy knows it as {@code :authority} only.
 */
public final class PseudoHeaders {

  private PseudoHeaders() {}

  /** Whether a name, in whatever case, is that of no proper header. */
  public static boolean is(String name) {
    return name.startsWith(":") || name.equalsIgnoreCase("host");
  }

  /**
   * The value; null: this is no pseudo-header of requests.
   *
   * @param name in lower case
   */
  public static @Nullable String of(String name, RequestHead head) {
    return of(name, head, head.authority(), head.target());
  }

  /**
   * The value, where rules have changed authority and target; null: this is no pseudo-header of
   * requests.
   *
   * @param name in lower case
   */
  public static @Nullable String of(
      String name, RequestHead head, String authority, String target) {
    return switch (name) {
      case ":method" -> head.method();
      case ":scheme" -> head.scheme();
      case ":authority", "host" -> authority;
      case ":path" -> target;
      default -> null;
    };
  }
}
