package dev.weft.engine.authn;

import dev.weft.engine.json.JsonObject;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a verified token says, as policies look at it. */
public final class Claims {

  /** Nobody has said anything. */
  public static final Claims NONE = new Claims(Map.of());

  private static final double TOO_LARGE = 0x1p64;

  private final Map<String, Object> payload;

  private Claims(Map<String, Object> payload) {
    this.payload = payload;
  }

  /**
   * @param spaceDelimited claims that are lists, where they are texts
   */
  static Claims of(Map<String, Object> payload, Set<String> spaceDelimited) {
    Map<String, Object> claims = new LinkedHashMap<>(payload);
    for (String name : spaceDelimited) {
      if (claims.get(name) instanceof String text) {
        List<String> parts =
            Arrays.stream(text.split(" ", -1)).filter(part -> !part.isEmpty()).toList();
        claims.put(name, parts);
      }
    }
    return new Claims(claims);
  }

  /**
   * Whether a claim is a text that passes.
   *
   * @param path from the payload inwards
   * @param listToo whether one such text in a list is enough
   */
  public boolean matches(List<String> path, Predicate<String> test, boolean listToo) {
    Object value = payload;
    for (int i = 0; i < path.size(); i++) {
      value = value instanceof Map<?, ?> object ? object.get(path.get(i)) : null;
    }
    if (value instanceof String text) {
      return test.test(text);
    }
    if (listToo && value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i) instanceof String text && test.test(text)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * What a header can say of a claim: a text, a number or a truth; null: it is none of these, or
   * its text cannot stand in a header.
   *
   * @param name with dots between the names of claims within claims
   */
  static @Nullable String text(Map<String, Object> payload, String name) {
    Object value = find(payload, name);
    if (value == null || value == JsonObject.NULL) {
      return null;
    }
    if (value instanceof Double number) {
      return decimal(number);
    }
    String text =
        value instanceof String || value instanceof Long || value instanceof Boolean
            ? value.toString()
            : "";
    return text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c == 0x7f) ? null : text;
  }

  private static @Nullable Object find(Map<String, Object> payload, String name) {
    Object value = payload;
    for (String part : name.split("\\.", -1)) {
      value = value instanceof Map<?, ?> object ? object.get(part) : null;
    }
    return value == null ? payload.get(name) : value;
  }

  // As Envoy writes numbers: whole ones without a point, others with six digits behind it.
  private static String decimal(double number) {
    return number >= 0 && number < TOO_LARGE && Math.rint(number) == number
        ? new BigDecimal(number).toBigInteger().toString()
        : String.format(Locale.ROOT, "%f", number);
  }
}
