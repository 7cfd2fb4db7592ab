package dev.weft.engine.http;

import dev.weft.bridge.Headers;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header that may be there several times: joined by commas, as RFC 9110 (5.2) allows
 * and as Envoy matches it.
 */
public final class JoinedHeader implements BiConsumer<String, String> {

  private final String name;
  private @Nullable String value;

  private JoinedHeader(String name) {
    this.name = name;
  }

  /** Null when it is missing. */
  public static @Nullable String of(Headers headers, String name) {
    if (headers.first(name) == null) {
      return null; // mostly: no walk through all of them
    }
    JoinedHeader joined = new JoinedHeader(name);
    headers.each(joined);
    return joined.value;
  }

  @Override
  public void accept(String otherName, String otherValue) {
    if (otherName.equalsIgnoreCase(name)) {
      value = value == null ? otherValue : value + "," + otherValue;
    }
  }
}
