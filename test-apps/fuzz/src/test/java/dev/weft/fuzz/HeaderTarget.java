package dev.weft.fuzz;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** No header is let through one of whose values is refused, nor all of them joined. */
public final class HeaderTarget {

  private static final String NAME = "x-key";

  private HeaderTarget() {}

  /**
   * @param input how to match (a byte), what to match, and after line feeds the values
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String[] lines =
        new String(input, 1, input.length - 1, StandardCharsets.ISO_8859_1).split("\n", -1);
    StringMatch match = match(input[0], lines[0]);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      headers.add(Map.entry(i % 2 == 0 ? NAME : "X-Key", lines[i]));
      values.add(trimmed(lines[i]));
    }
    Policies policies =
        new Policies(new Condition.Header(new HeaderMatch(NAME, match, false, false)));
    if (policies.refuse("/", "host", headers)) {
      return;
    }
    values.add(String.join(",", values));
    for (String value : values) {
      if (!headers.isEmpty() && holds(input[0], lines[0], value)) {
        throw new AssertionError(headers + " pass, and " + match + " holds for " + value);
      }
    }
  }

  /** Without the white space that is not part of a value: RFC 9110, section 5.5. */
  private static String trimmed(String value) {
    return value.replaceAll("^[ \\t]+|[ \\t]+$", "");
  }

  private static StringMatch match(byte kind, String text) {
    return switch (kind & 3) {
      case 0 -> new StringMatch.Exact(text, false);
      case 1 -> new StringMatch.Prefix(text, false);
      case 2 -> new StringMatch.Suffix(text, false);
      default -> new StringMatch.Contains(text, false);
    };
  }

  private static boolean holds(byte kind, String text, String value) {
    return switch (kind & 3) {
      case 0 -> value.equals(text);
      case 1 -> value.startsWith(text);
      case 2 -> value.endsWith(text);
      default -> value.contains(text);
    };
  }
}
