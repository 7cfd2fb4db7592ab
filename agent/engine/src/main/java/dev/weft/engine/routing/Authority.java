package dev.weft.engine.routing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is addressed to, in one spelling: lower case, no trailing dot, always a port.
 *
 * @param name by which its rules are known: host and port, {@code reviews:9080}, {@code [::1]:80},
 *     and before them the scheme where the application speaks TLS itself, {@code
 *     https://reviews:443}
 * @param host without port; brackets stay
 * @param port as written, else that of the scheme
 */
public record Authority(String name, String host, int port) {

  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final String SECURE = "https://";

  /** Reads a name. */
  public static @Nullable Authority parse(String name) {
    return name.startsWith(SECURE)
        ? parse(name.substring(SECURE.length()), true)
        : parse(name, false);
  }

  /**
   * Reads what an application wrote: host, or host:port.
   *
   * @param secure whether it speaks TLS itself
   * @return null when it is neither (empty, user information, a port that is no number): such a
   *     request is not the mesh's business
   */
  public static @Nullable Authority parse(String written, boolean secure) {
    int colon = portColon(written);
    int end = colon < 0 ? written.length() : colon;
    int standard = secure ? HTTPS : HTTP;
    int port = colon < 0 || colon == written.length() - 1 ? standard : port(written, colon + 1);
    if (end > 0 && written.charAt(end - 1) == '.') {
      end--;
    }
    if (end == 0 || port < 0 || written.indexOf('@') >= 0) {
      return null;
    }
    String host = written.substring(0, end).toLowerCase(Locale.ROOT);
    if (host.startsWith("[") != host.endsWith("]")
        || (!host.startsWith("[") && host.contains(":"))) {
      return null; // an IPv6 address without brackets has no port to be told from
    }
    String name = (secure ? SECURE : "") + host + ":" + port;
    return new Authority(name.equals(written) ? written : name, host, port);
  }

  // The colon before the port, not one within an IPv6 address.
  static int portColon(String written) {
    int colon = written.lastIndexOf(':');
    return colon > written.lastIndexOf(']') ? colon : -1;
  }

  private static int port(String written, int from) {
    int port = 0;
    for (int i = from; i < written.length(); i++) {
      int digit = written.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      port = port * 10 + digit;
      if (port > 65_535) {
        return -1;
      }
    }
    return port;
  }

  /** Whether the application speaks TLS itself. */
  public boolean isSecure() {
    return name.startsWith(SECURE);
  }

  /** Host and port alone. */
  public String domain() {
    return isSecure() ? name.substring(SECURE.length()) : name;
  }

  /** The host as addresses are written: without the brackets of an IPv6 address. */
  public String address() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
