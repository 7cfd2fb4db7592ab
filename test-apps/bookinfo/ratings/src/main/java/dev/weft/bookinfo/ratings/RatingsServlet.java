package dev.weft.bookinfo.ratings;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * {@code GET /ratings/{productId}}: 200, 400 when that is not a number, 404 when it is unknown, 503
 * when the ratings cannot be read.
 */
final class RatingsServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private final transient RatingsStore store;
  private final transient Identity identity;

  RatingsServlet(RatingsStore store, Identity identity) {
    this.store = store;
    this.identity = identity;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo() == null ? "" : request.getPathInfo().substring(1);
    if (!path.matches("[0-9]{1,18}")) {
      write(
          response, HttpServletResponse.SC_BAD_REQUEST, error("please give a numeric product id"));
      return;
    }
    long productId = Long.parseLong(path);
    Optional<SortedMap<String, Integer>> stars;
    try {
      stars = store.find(productId);
    } catch (RatingsUnavailableException e) {
      log(e.getMessage(), e);
      write(
          response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, error("the ratings are not there"));
      return;
    }
    if (stars.isEmpty()) {
      write(response, HttpServletResponse.SC_NOT_FOUND, error("no ratings for " + productId));
      return;
    }
    write(response, HttpServletResponse.SC_OK, ratings(productId, stars.get()));
  }

  private String ratings(long productId, SortedMap<String, Integer> stars) {
    String ratings =
        stars.entrySet().stream()
            .map(given -> String.format(Locale.ROOT, "\"%s\":%d", given.getKey(), given.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
    return String.format(
        Locale.ROOT,
        "{\"id\":%d,\"ratings\":%s,\"version\":\"%s\",\"pod\":\"%s\"}",
        productId,
        ratings,
        identity.version(),
        identity.pod());
  }

  private static String error(String message) {
    return "{\"error\":\"" + message + "\"}";
  }

  private static void write(HttpServletResponse response, int status, String json)
      throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
