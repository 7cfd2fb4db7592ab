package dev.weft.engine.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object of RFC 8259, and nothing that two readers could understand differently: no member
 * twice, no half of a surrogate pair, no number that a double cannot hold. A value is a {@link
 * String}, a {@link Long} or {@link Double}, a {@link Boolean}, {@link #NULL}, a {@link List} or a
 * {@link Map} of them.
 */
public final class JsonObject {

  /** JSON's {@code null}. */
  public static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private static final int DEEPEST = 32;
  private static final int DIGITS_OF_LONG = 18;

  private final String text;
  private int at;
  private int depth;

  private JsonObject(String text) {
    this.text = text;
  }

  /** What is wrong is nobody's business: it may hold secrets. Without a stack, for it is cheap. */
  private static final class NotJsonException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotJsonException() {
      super("not JSON", null, false, false);
    }
  }

  /** Null where it is not one object, strictly written. */
  public static @Nullable Map<String, Object> read(byte[] utf8) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    JsonObject reader = new JsonObject(text);
    try {
      reader.blank();
      Map<String, Object> object = reader.object();
      reader.blank();
      return reader.at == text.length() ? object : null;
    } catch (NotJsonException e) {
      return null;
    }
  }

  private Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", NULL);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    enter('{');
    Map<String, Object> members = new LinkedHashMap<>();
    while (!ends('}', members.isEmpty())) {
      String name = string();
      blank();
      expect(':');
      blank();
      if (members.put(name, value()) != null) {
        throw new NotJsonException();
      }
    }
    return members;
  }

  private List<Object> list() {
    enter('[');
    List<Object> elements = new ArrayList<>();
    while (!ends(']', elements.isEmpty())) {
      elements.add(value());
    }
    return elements;
  }

  private void enter(char bracket) {
    expect(bracket);
    if (++depth > DEEPEST) {
      throw new NotJsonException();
    }
  }

  /** Whether the bracket closes; else what comes next begins here. */
  private boolean ends(char bracket, boolean isFirst) {
    blank();
    if (peek() == bracket) {
      at++;
      depth--;
      return true;
    }
    if (!isFirst) {
      expect(',');
      blank();
    }
    return false;
  }

  private String string() {
    expect('"');
    StringBuilder read = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw new NotJsonException();
      }
      read.append(c == '\\' ? escaped() : c);
    }
    at++;
    for (int i = 0; i < read.length(); i++) {
      if (Character.isHighSurrogate(read.charAt(i))
          && i + 1 < read.length()
          && Character.isLowSurrogate(read.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(read.charAt(i))) {
        throw new NotJsonException();
      }
    }
    return read.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> codeUnit();
      default -> throw new NotJsonException();
    };
  }

  private char codeUnit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw new NotJsonException();
      }
      unit = unit * 16 + digit;
      at++;
    }
    return (char) unit;
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw new NotJsonException();
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int integer = at;
    digits();
    if (text.charAt(integer) == '0' && at > integer + 1) {
      throw new NotJsonException();
    }
    boolean isWhole = true;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
      isWhole = false;
    }
    if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
      isWhole = false;
    }
    if (isWhole && at - integer <= DIGITS_OF_LONG) {
      return Long.parseLong(text, start, at, 10);
    }
    double value = Double.parseDouble(text.substring(start, at));
    if (Double.isInfinite(value)) {
      throw new NotJsonException();
    }
    return value;
  }

  private void digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw new NotJsonException();
    }
  }

  private void blank() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw new NotJsonException();
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw new NotJsonException();
    }
    at++;
  }
}
