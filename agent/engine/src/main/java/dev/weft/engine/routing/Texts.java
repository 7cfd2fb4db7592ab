package dev.weft.engine.routing;

import com.google.re2j.Pattern;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.util.Locale;
import java.util.function.Predicate;

/** Envoy's StringMatcher, compiled. */
public final class Texts {

  private Texts() {}

  public static Predicate<String> compile(StringMatch match) {
    if (match instanceof StringMatch.Exact exact) {
      String value = exact.value();
      return exact.ignoreCase() ? value::equalsIgnoreCase : value::equals;
    }
    if (match instanceof StringMatch.Prefix prefix) {
      String value = prefix.value();
      boolean fold = prefix.ignoreCase();
      return text -> text.regionMatches(fold, 0, value, 0, value.length());
    }
    if (match instanceof StringMatch.Suffix suffix) {
      String value = suffix.value();
      boolean fold = suffix.ignoreCase();
      return text ->
          text.regionMatches(fold, text.length() - value.length(), value, 0, value.length());
    }
    if (match instanceof StringMatch.Contains contains) {
      return contains(contains);
    }
    if (match instanceof StringMatch.Regex regex) {
      Pattern pattern = regex.pattern();
      return text -> pattern.matcher(text).matches();
    }
    return text -> true; // Present
  }

  private static Predicate<String> contains(StringMatch.Contains contains) {
    if (!contains.ignoreCase()) {
      return text -> text.contains(contains.value());
    }
    String value = contains.value().toLowerCase(Locale.ROOT);
    return text -> text.toLowerCase(Locale.ROOT).contains(value);
  }
}
