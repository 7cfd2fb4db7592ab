package dev.weft.engine.routing;

import dev.weft.engine.config.HashPolicy;
import java.util.List;

/** Cookies as Envoy reads and gives them. */
final class Cookies {

  private Cookies() {}

  /** The first value of this name, without quotation marks around it; empty where there is none. */
  static String value(List<String> headers, String name) {
    for (String header : headers) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).stripLeading().equals(name)) {
          return unquoted(pair.substring(equals + 1));
        }
      }
    }
    return "";
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** The value of {@code Set-Cookie}. */
  static String setting(HashPolicy.Cookie cookie, String value) {
    StringBuilder text = new StringBuilder(cookie.name()).append("=\"").append(value).append('"');
    long seconds = cookie.ttl() == null ? 0 : cookie.ttl().toSeconds();
    if (seconds > 0) {
      text.append("; Max-Age=").append(seconds);
    }
    if (!cookie.path().isEmpty()) {
      text.append("; Path=").append(cookie.path());
    }
    for (HashPolicy.Attribute attribute : cookie.attributes()) {
      text.append("; ").append(attribute.name());
      if (!attribute.value().isEmpty()) {
        text.append('=').append(attribute.value());
      }
    }
    return text.append("; HttpOnly").toString();
  }
}
