package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HeaderEdits;
import dev.weft.control.model.HeaderOperations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads header edits. Names become lower case; values stay as Envoy reads them, {@code %%} too. */
final class HeadersReader {

  /** RFC 9110's token. */
  private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0A-\\x1F\\x7F]");
  private static final Pattern VARIABLE = Pattern.compile("%[A-Z_0-9]+(?:\\([^%]*\\))?(?::\\d+)?%");

  /** Those that agents know. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "%(?:(?:REQ|RESP)\\([^%()?]+(?:\\?[^%()?]+)?\\)(?::\\d{1,5})?"
              + "|ROUTE_NAME|UPSTREAM_CLUSTER|RESPONSE_CODE)%");

  private HeadersReader() {}

  static HeaderEdits read(ObjectReader headers) {
    return new HeaderEdits(
        operations(headers.object("request"), true), operations(headers.object("response"), false));
  }

  static boolean isHeaderName(String name) {
    return TOKEN.matcher(name).matches();
  }

  static String notAHeader(String name) {
    return "\"" + Excerpt.of(name) + "\" (expected: a header name)";
  }

  static boolean isAuthority(String name) {
    return name.equalsIgnoreCase("host") || name.equalsIgnoreCase(":authority");
  }

  // The flag says which message it is, on which the rule for host depends.
  private static HeaderOperations operations(ObjectReader edits, boolean request) {
    List<String> remove = new ArrayList<>();
    for (String name : edits.texts("remove")) {
      if (isAuthority(name) || !isHeaderName(name)) {
        edits.report(FindingCode.INVALID, "remove", notAHeader(name));
      }
      remove.add(name.toLowerCase(Locale.ROOT));
    }
    return new HeaderOperations(
        values(edits, "set", request), values(edits, "add", request), remove);
  }

  private static Map<String, String> values(ObjectReader edits, String field, boolean request) {
    Map<String, String> values = new LinkedHashMap<>();
    edits
        .textsByKey(field)
        .forEach(
            (name, value) -> {
              boolean allowed = isAuthority(name) ? request : isHeaderName(name);
              if (!allowed) {
                edits.report(FindingCode.INVALID, field, notAHeader(name));
              } else if (CONTROL.matcher(value).find()) {
                edits.report(
                    FindingCode.INVALID,
                    field,
                    name + " holds a control character (expected: none)");
              } else {
                value(edits, field, value)
                    .ifPresent(text -> values.put(name.toLowerCase(Locale.ROOT), text));
              }
            });
    return values;
  }

  private static Optional<String> value(ObjectReader edits, String field, String value) {
    if (!value.contains("%")) {
      return Optional.of(value);
    }
    String rest = VARIABLE.matcher(value.replace("%%", "")).replaceAll("");
    if (rest.contains("%")) {
      edits.report(
          FindingCode.INVALID,
          field,
          Excerpt.of(value) + " (expected: %NAME%, or %% for a percent sign)");
      return Optional.empty();
    }
    if (VARIABLE.matcher(KNOWN.matcher(value.replace("%%", "")).replaceAll("")).find()) {
      edits.report(
          FindingCode.FIELD_NOT_ENFORCED,
          field,
          Excerpt.of(value)
              + ": the variable is valid, but not enforced yet; the edit is left out");
      return Optional.empty();
    }
    return Optional.of(value);
  }
}
