package dev.weft.engine.routing;

import dev.weft.engine.config.RouteMatch.QueryMatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's QueryParameterMatcher, compiled. Names and values are percent-decoded, {@code +} stays a
 * plus; of several parameters of one name the first counts; one without {@code =} has the empty
 * value.
 */
final class QueryCondition {

  private final String name;
  private final Predicate<String> test;

  QueryCondition(QueryMatch match) {
    this.name = match.name();
    this.test = Texts.compile(match.match());
  }

  boolean matches(String target, int pathEnd) {
    String value = value(target, pathEnd);
    return value != null && test.test(value);
  }

  private @Nullable String value(String target, int pathEnd) {
    if (pathEnd >= target.length() || target.charAt(pathEnd) != '?') {
      return null;
    }
    int fragment = target.indexOf('#', pathEnd);
    int end = fragment < 0 ? target.length() : fragment;
    int start = pathEnd + 1;
    while (start < end) {
      int ampersand = target.indexOf('&', start);
      int stop = ampersand < 0 || ampersand > end ? end : ampersand;
      int equals = target.indexOf('=', start);
      int nameEnd = equals < 0 || equals > stop ? stop : equals;
      if (decode(target.substring(start, nameEnd)).equals(name)) {
        return nameEnd == stop ? "" : decode(target.substring(nameEnd + 1, stop));
      }
      start = stop + 1;
    }
    return null;
  }

  /** Decodes once; an incomplete or wrong escape stays as it is. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%' && i + 2 < bytes.length && hex(bytes[i + 1], bytes[i + 2]) >= 0) {
        decoded.write(hex(bytes[i + 1], bytes[i + 2]));
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  private static int hex(byte high, byte low) {
    int h = Character.digit(high, 16);
    int l = Character.digit(low, 16);
    return h < 0 || l < 0 ? -1 : h * 16 + l;
  }
}
