package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.AuthorizationPolicy.Action;
import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the conditions of one AuthorizationPolicy. */
final class CheckReader {

  private static final Map<String, Attribute> KEYS =
      Map.ofEntries(
          Map.entry("source.ip", Attribute.SOURCE_IP),
          Map.entry("remote.ip", Attribute.REMOTE_IP),
          Map.entry("source.namespace", Attribute.NAMESPACE),
          Map.entry("source.serviceAccount", Attribute.SERVICE_ACCOUNT),
          Map.entry("source.principal", Attribute.PRINCIPAL),
          Map.entry("request.auth.principal", Attribute.REQUEST_PRINCIPAL),
          Map.entry("request.auth.audiences", Attribute.AUDIENCE),
          Map.entry("request.auth.presenter", Attribute.PRESENTER),
          Map.entry("destination.ip", Attribute.DESTINATION_IP),
          Map.entry("destination.port", Attribute.PORT),
          Map.entry("connection.sni", Attribute.SERVER_NAME));

  private static final Pattern HEADER = Pattern.compile("request\\.headers\\[(.+)]");
  private static final Pattern CLAIMS =
      Pattern.compile("request\\.auth\\.claims((?:\\[[^\\[\\]]+])+)");
  private static final Pattern SERVICE_ACCOUNT = Pattern.compile("[^/*]+(/[^/*]+)?");

  private final Namespace namespace;
  private final Action action;

  CheckReader(Namespace namespace, Action action) {
    this.namespace = namespace;
    this.action = action;
  }

  /** The fields of a source or an operation, {@code not…} among them. */
  List<Check> fields(ObjectReader object, Map<String, Attribute> attributes) {
    List<Check> checks = new ArrayList<>();
    new TreeMap<>(attributes)
        .forEach(
            (field, attribute) -> {
              String not =
                  "not" + field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1);
              Check check = check(object, attribute, List.of(), field, not);
              if (check != null) {
                checks.add(check);
              }
            });
    return checks;
  }

  /** A condition; none where it is not valid. */
  List<Check> condition(ObjectReader when) {
    String key = when.text("key");
    Attribute attribute = KEYS.get(key);
    List<String> path = List.of();
    Matcher header = HEADER.matcher(key);
    Matcher claims = CLAIMS.matcher(key);
    if (header.matches()) {
      attribute = Attribute.HEADER;
      path = List.of(header.group(1).toLowerCase(Locale.ROOT));
      if (!HeadersReader.isHeaderName(header.group(1))) {
        when.report(FindingCode.INVALID, "key", HeadersReader.notAHeader(header.group(1)));
      }
    } else if (claims.matches()) {
      attribute = Attribute.CLAIM;
      String inner = claims.group(1);
      path = List.of(inner.substring(1, inner.length() - 1).split("]\\[", -1));
    }
    if (attribute == null) {
      if (!key.isEmpty()) {
        when.report(
            FindingCode.INVALID,
            "key",
            Excerpt.of(key) + " (expected: an attribute such as request.headers[x-name])");
      }
      return List.of();
    }
    Check check = check(when, attribute, path, "values", "notValues");
    if (check == null) {
      when.report(
          FindingCode.MISSING, "values", "is missing, as is notValues (expected: one of them)");
      return List.of();
    }
    return List.of(check);
  }

  private @Nullable Check check(
      ObjectReader object, Attribute attribute, List<String> key, String field, String not) {
    if (!object.has(field) && !object.has(not)) {
      return null;
    }
    if (action == Action.CUSTOM && attribute.isOfToken()) {
      object.report(
          FindingCode.CONFLICTING_FIELDS,
          object.has(field) ? field : not,
          "is of a token, which nobody has read when action CUSTOM decides (expected: another"
              + " condition)");
    }
    return new Check(
        attribute, key, values(object, field, attribute), values(object, not, attribute));
  }

  private List<String> values(ObjectReader object, String field, Attribute attribute) {
    List<String> values = object.texts(field);
    if (object.has(field) && values.isEmpty()) {
      object.report(FindingCode.MISSING, field, "is empty (expected: a value, or no such field)");
    }
    List<String> read = new ArrayList<>();
    for (String value : values) {
      String problem = value.isEmpty() ? "is empty (expected: a value)" : problem(attribute, value);
      if (problem != null) {
        object.report(FindingCode.INVALID, field, problem);
      }
      boolean isShort = attribute == Attribute.SERVICE_ACCOUNT && !value.contains("/");
      read.add(isShort ? namespace + "/" + value : value);
    }
    return read;
  }

  /** What is wrong with a value; null: nothing. */
  private static @Nullable String problem(Attribute attribute, String value) {
    return switch (attribute) {
      case SOURCE_IP, REMOTE_IP, DESTINATION_IP ->
          Syntax.isAddressOrBlock(value)
              ? null
              : Excerpt.of(value) + " (expected: an address or a block such as 10.0.0.0/8)";
      case PORT ->
          Syntax.port(value).isPresent() ? null : Excerpt.of(value) + " (expected: 1 to 65535)";
      case SERVICE_ACCOUNT ->
          SERVICE_ACCOUNT.matcher(value).matches()
              ? null
              : Excerpt.of(value) + " (expected: account or namespace/account, no wildcard)";
      case PATH -> value.contains("{") ? template(value) : wildcard(value);
      default -> wildcard(value);
    };
  }

  // Istio takes any other asterisk literally, which nobody can have meant.
  private static @Nullable String wildcard(String value) {
    int star = value.indexOf('*');
    boolean isFine =
        star < 0
            || value.equals("*")
            || (star == value.lastIndexOf('*') && (star == 0 || star == value.length() - 1));
    return isFine
        ? null
        : Excerpt.of(value) + " (expected: an asterisk at the start or at the end alone)";
  }

  // Of Envoy's URI templates Istio lets through these two operators, for whole segments.
  private static @Nullable String template(String value) {
    boolean isRestOver = false;
    for (String segment : value.split("/", -1)) {
      boolean isWild = segment.equals("{*}") || segment.equals("{**}");
      boolean isLiteral = segment.chars().noneMatch(c -> "*{}".indexOf(c) >= 0);
      if (isWild ? isRestOver : !isLiteral) {
        return notATemplate(value);
      }
      isRestOver |= segment.equals("{**}");
    }
    return value.startsWith("/") ? null : notATemplate(value);
  }

  private static String notATemplate(String value) {
    return Excerpt.of(value)
        + " (expected: whole segments of {*}, and at most one {**} behind them)";
  }
}
