package dev.weft.instrumentation.javahttpclient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The client's rules for redirects: {@code jdk.internal.net.http.RedirectFilter}. */
final class Redirects {

  private static final Set<String> SAME_ORIGIN_ONLY = caseless();

  private Redirects() {}

  private static Set<String> caseless() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(Set.of("Authorization", "Cookie", "Origin", "Referer", "Host"));
    return names;
  }

  /** One less than this many are followed. */
  static int limit() {
    return Integer.getInteger("jdk.httpclient.redirects.retrylimit", 5);
  }

  /**
   * The request to follow with; null: the response is the application's.
   *
   * @throws UncheckedIOException when the response does not say where to, as the client
   */
  static @Nullable HttpRequest next(
      HttpRequest from, int status, HttpHeaders headers, HttpClient.Redirect policy) {
    if (policy == HttpClient.Redirect.NEVER || !redirects(status)) {
      return null;
    }
    String location =
        headers
            .firstValue("Location")
            .orElseThrow(() -> new UncheckedIOException(new IOException("Invalid redirection")));
    URI to = from.uri().resolve(URI.create(location));
    if (policy == HttpClient.Redirect.NORMAL && !isNormal(from.uri(), to)) {
      return null;
    }
    String method = method(status, from.method());
    BodyPublisher body =
        status != 303 && method.equals(from.method()) ? from.bodyPublisher().orElse(null) : null;
    return new HopRequest(from, to, method, headers(from, to), body);
  }

  private static boolean redirects(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static boolean isNormal(URI from, URI to) {
    String scheme = to.getScheme();
    return scheme.equalsIgnoreCase(from.getScheme()) || scheme.equalsIgnoreCase("https");
  }

  private static String method(int status, String method) {
    return switch (status) {
      case 301, 302 -> method.equals("POST") ? "GET" : method;
      case 303 -> "GET";
      default -> method;
    };
  }

  private static HttpHeaders headers(HttpRequest from, URI to) {
    boolean sameOrigin =
        to.getScheme().equalsIgnoreCase(from.uri().getScheme())
            && from.uri().getRawAuthority().equals(to.getRawAuthority());
    return sameOrigin
        ? from.headers()
        : HttpHeaders.of(from.headers().map(), (name, value) -> !SAME_ORIGIN_ONLY.contains(name));
  }
}
