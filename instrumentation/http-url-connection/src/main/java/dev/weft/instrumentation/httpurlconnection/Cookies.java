package dev.weft.instrumentation.httpurlconnection;

import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sun.net.www.ParseUtil;

/** The application's cookies, for the URL that it asked for. */
final class Cookies extends CookieHandler {

  private final CookieHandler application;
  private final @Nullable URI asked;

  Cookies(CookieHandler application, URL asked) {
    this.application = application;
    this.asked = ParseUtil.toURI(asked);
  }

  @Override
  public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers)
      throws IOException {
    return application.get(asked == null ? uri : asked, headers);
  }

  @Override
  public void put(URI uri, Map<String, List<String>> headers) throws IOException {
    application.put(asked == null ? uri : asked, headers);
  }
}
