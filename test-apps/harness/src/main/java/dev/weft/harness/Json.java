package dev.weft.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads JSON (RFC 8259) as maps, lists, strings, doubles, booleans and null. */
public final class Json {

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * The value of the whole text.
   *
   * @throws IllegalArgumentException naming the place, when that is not JSON
   */
  public static @Nullable Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.space();
    if (json.at < text.length()) {
      throw json.unexpected("end of text");
    }
    return value;
  }

  /** The string at a path of keys; empty when there is none. */
  public static Optional<String> string(@Nullable Object json, String... path) {
    return at(json, path).filter(String.class::isInstance).map(String.class::cast);
  }

  /** The list at a path of keys; an empty one when there is none. */
  public static List<?> list(@Nullable Object json, String... path) {
    return at(json, path)
        .<List<?>>map(found -> found instanceof List<?> l ? l : List.of())
        .orElse(List.of());
  }

  private static Optional<Object> at(@Nullable Object json, String... path) {
    Object value = json;
    for (String key : path) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return Optional.ofNullable(value);
  }

  private @Nullable Object value() {
    space();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    expect('{');
    space();
    while (peek() != '}') {
      String key = string();
      space();
      expect(':');
      map.put(key, value());
      separator('}');
    }
    expect('}');
    return map;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> list = new ArrayList<>();
    expect('[');
    space();
    while (peek() != ']') {
      list.add(value());
      separator(']');
    }
    expect(']');
    return list;
  }

  private void separator(char end) {
    space();
    if (peek() != end) {
      expect(',');
      space();
    }
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      out.append(c == '\\' ? escape() : c);
    }
    expect('"');
    return out.toString();
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> c;
    };
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (start == at) {
      throw unexpected("a value");
    }
    return Double.valueOf(text.substring(start, at));
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw unexpected(word);
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw unexpected("more text");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw unexpected("'" + c + "'");
    }
    at++;
  }

  private IllegalArgumentException unexpected(String expected) {
    String found =
        at < text.length()
            ? "'" + text.substring(at, Math.min(at + 20, text.length())) + "'"
            : "end";
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "JSON at character %d: %s (expected: %s)", at, found, expected));
  }
}
