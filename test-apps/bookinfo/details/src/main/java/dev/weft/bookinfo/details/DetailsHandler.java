package dev.weft.bookinfo.details;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code GET /details/{productId}}: 200, or 400 when that is not a number. */
final class DetailsHandler implements HttpHandler {

  private static final Pattern PATH = Pattern.compile("/details/([0-9]{1,18})");

  @SuppressWarnings("InlineFormatString") // reads better apart from the code
  private static final String BOOK =
      """
      {"id":%s,"author":"William Shakespeare","year":1595,"type":"paperback","pages":200,\
      "publisher":"PublisherA","language":"English","ISBN-10":"1234567890",\
      "ISBN-13":"123-1234567890","version":"%s","pod":"%s"}\
      """;

  private final String version;
  private final String pod;

  DetailsHandler(String version, String pod) {
    this.version = version;
    this.pod = pod;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        answer(exchange, 405, "{\"error\":\"only GET is allowed\"}");
        return;
      }
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      if (path.matches()) {
        answer(
            exchange,
            200,
            String.format(Locale.ROOT, BOOK, Long.parseLong(path.group(1)), version, pod));
      } else {
        answer(exchange, 400, "{\"error\":\"please give a numeric product id\"}");
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
