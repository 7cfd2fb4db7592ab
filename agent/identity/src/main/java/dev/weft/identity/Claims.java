package dev.weft.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object (RFC 8259) and keeps its texts and whole numbers. What is nested is read
 * and left out.
 */
final class Claims {

  private static final int DEEPEST = 16;

  private final String text;
  private final Map<String, Object> values = new HashMap<>();
  private int at;

  private Claims(String text) {
    this.text = text;
  }

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException it is none; without what is in it, for it may be a secret
   */
  static Claims read(byte[] utf8) {
    try {
      Claims claims =
          new Claims(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
      claims.whole();
      return claims;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8");
    }
  }

  /** Null where there is no text of this name. */
  @Nullable String text(String name) {
    return values.get(name) instanceof String value ? value : null;
  }

  /** Null where there is no whole number of this name. */
  @Nullable Long number(String name) {
    return values.get(name) instanceof Long value ? value : null;
  }

  private void whole() {
    blanks();
    object(0);
    blanks();
    if (at < text.length()) {
      throw wrong();
    }
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("not a JSON object: unexpected at character " + at);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char next() {
    if (at >= text.length()) {
      throw wrong();
    }
    return text.charAt(at++);
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      at--;
      throw wrong();
    }
  }

  private boolean takes(char wanted) {
    boolean there = at < text.length() && text.charAt(at) == wanted;
    at += there ? 1 : 0;
    return there;
  }

  private void object(int depth) {
    expect('{');
    blanks();
    if (takes('}')) {
      return;
    }
    do {
      blanks();
      String name = string();
      blanks();
      expect(':');
      Object value = value(depth);
      // Of two of the same name, one reader would take the first and another the last.
      if (depth == 0 && values.containsKey(name)) {
        throw new IllegalArgumentException("a name that is given twice");
      }
      if (depth == 0 && value != null) {
        values.put(name, value);
      }
      blanks();
    } while (takes(','));
    expect('}');
  }

  private @Nullable Object value(int depth) {
    if (depth == DEEPEST) {
      throw wrong();
    }
    blanks();
    char first = next();
    at--;
    switch (first) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> {
        return string();
      }
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> {
        return number();
      }
    }
    return null;
  }

  private void array(int depth) {
    expect('[');
    blanks();
    if (takes(']')) {
      return;
    }
    do {
      Object unused = value(depth);
      blanks();
    } while (takes(','));
    expect(']');
  }

  private void word(String word) {
    if (!text.startsWith(word, at)) {
      throw wrong();
    }
    at += word.length();
  }

  /** Null for what is not whole. */
  private @Nullable Long number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(from, at);
    if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      throw wrong();
    }
    return digits.matches("-?[0-9]{1,18}") ? Long.valueOf(digits) : null;
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      if (c < ' ') {
        throw wrong();
      }
      value.append(c == '\\' ? escaped() : c);
    }
    return value.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong();
    };
  }

  private char unicode() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw wrong();
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }
}
