package dev.weft.engine.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header as Envoy's configuration writes it: text with variables, {@code %%} for a
 * percent sign. A variable of which nothing is known is the empty text.
 */
public final class HeaderFormat {

  private static final Pattern VARIABLE =
      Pattern.compile(
          "%(?:(?<message>REQ|RESP)\\((?<name>[^%()?]+)(?:\\?(?<other>[^%()?]+))?\\)(?::(?<most>\\d{1,5}))?"
              + "|(?<fact>ROUTE_NAME|UPSTREAM_CLUSTER|RESPONSE_CODE)|(?<percent>))%");

  /** What variables stand for. */
  public interface Facts {

    /** The first value of a header of the request, or of a pseudo-header; null: none. */
    @Nullable String request(String name);

    /** Likewise of the response; null before there is one. */
    @Nullable String response(String name);

    /** Of the response; 0 before there is one that somebody else has given. */
    int status();

    String route();

    String cluster();
  }

  private interface Part {
    String value(Facts facts);
  }

  private final String text; // without variables
  private final List<Part> parts; // none where there are no variables

  private HeaderFormat(String text, List<Part> parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Reads a format.
   *
   * @throws IllegalArgumentException when it is none, or has variables that are not known here
   */
  public static HeaderFormat parse(String format) {
    if (format.indexOf('%') < 0) {
      return new HeaderFormat(format, List.of());
    }
    Matcher variable = VARIABLE.matcher(format);
    StringBuilder plain = new StringBuilder();
    List<Part> parts = new ArrayList<>();
    boolean varies = false;
    int from = 0;
    while (variable.find()) {
      String before = checked(format.substring(from, variable.start()), format);
      String literal = variable.group("percent") == null ? before : before + "%";
      plain.append(literal);
      parts.add(facts -> literal);
      if (variable.group("percent") == null) {
        parts.add(part(variable));
        varies = true;
      }
      from = variable.end();
    }
    String rest = checked(format.substring(from), format);
    parts.add(facts -> rest);
    return new HeaderFormat(plain + rest, varies ? List.copyOf(parts) : List.of());
  }

  private static String checked(String literal, String format) {
    if (literal.indexOf('%') >= 0) {
      throw new IllegalArgumentException(
          "\"" + format + "\" (expected: %REQ(NAME)% and the like, or %% for a percent sign)");
    }
    return literal;
  }

  private static Part part(Matcher variable) {
    String fact = variable.group("fact");
    if (fact != null) {
      return switch (fact) {
        case "ROUTE_NAME" -> Facts::route;
        case "UPSTREAM_CLUSTER" -> Facts::cluster;
        default -> facts -> Integer.toString(facts.status());
      };
    }
    boolean request = variable.group("message").equals("REQ");
    String name = variable.group("name").toLowerCase(Locale.ROOT);
    String other = variable.group("other") == null ? name : variable.group("other");
    String most = variable.group("most");
    int length = most == null ? Integer.MAX_VALUE : Integer.parseInt(most);
    return facts -> {
      String value = request ? facts.request(name) : facts.response(name);
      if (value == null) {
        value = request ? facts.request(other) : facts.response(other);
      }
      return value == null ? "" : value.substring(0, Math.min(length, value.length()));
    };
  }

  /** Whether there are variables in it. */
  boolean varies() {
    return !parts.isEmpty();
  }

  /** The value where there are none. */
  String text() {
    return text;
  }

  String value(Facts facts) {
    StringBuilder value = new StringBuilder();
    parts.forEach(part -> value.append(part.value(facts)));
    return parts.isEmpty() ? text : value.toString();
  }
}
