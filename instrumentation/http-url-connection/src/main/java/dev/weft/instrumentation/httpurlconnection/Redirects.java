package dev.weft.instrumentation.httpurlconnection;

import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a redirect leads and with what request, as {@code
 * sun.net.www.protocol.http.HttpURLConnection.followRedirect} has it.
 */
final class Redirects {

  private static final Set<String> SENSITIVE = Set.of("cookie", "cookie2", "authorization");

  private Redirects() {}

  /** The JDK's limit, read as the JDK reads it. */
  static int limit() {
    int limit = Integer.getInteger("http.maxRedirects", 20);
    return limit <= 0 ? 20 : limit;
  }

  /** The URL to go to; null: the response is the application's. */
  static @Nullable URL target(URL from, int status, @Nullable String location) {
    if (!redirects(status) || location == null) {
      return null;
    }
    URL to;
    try {
      to = new URL(location);
    } catch (MalformedURLException absolute) {
      try {
        return new URL(from, location);
      } catch (MalformedURLException relative) {
        return null;
      }
    }
    return to.getProtocol().equalsIgnoreCase(from.getProtocol()) ? to : null;
  }

  private static boolean redirects(int status) {
    return status >= HttpURLConnection.HTTP_MULT_CHOICE
        && status <= 307
        && status != HttpURLConnection.HTTP_NOT_MODIFIED
        && status != HttpURLConnection.HTTP_USE_PROXY
        && status != 306;
  }

  /** The request for the next hop. */
  static Request next(Request from, URL to, int status) {
    boolean strict = Boolean.getBoolean("http.strictPostRedirect");
    if (from.method().equals("POST") && !strict && status != 307) {
      return new Request(to, "GET", List.of(), null);
    }
    List<Map.Entry<String, String>> pairs =
        sameDestination(from.url(), to)
            ? from.pairs()
            : from.pairs().stream()
                .filter(pair -> !SENSITIVE.contains(pair.getKey().toLowerCase(Locale.ROOT)))
                .toList();
    return new Request(to, from.method(), pairs, from.body());
  }

  private static boolean sameDestination(URL one, URL other) {
    return one.getHost().equalsIgnoreCase(other.getHost()) && port(one) == port(other);
  }

  private static int port(URL url) {
    return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
  }
}
