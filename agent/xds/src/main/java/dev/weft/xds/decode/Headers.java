package dev.weft.xds.decode;

import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.routing.HeaderFormat;
import dev.weft.xds.proto.HeaderValue;
import dev.weft.xds.proto.HeaderValueOption;
import dev.weft.xds.proto.HeaderValueOptionHeaderAppendAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Header edits. */
final class Headers {

  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  private Headers() {}

  /** The field is that of the additions, for errors. */
  static HeaderRules rules(
      List<HeaderValueOption> options, List<String> remove, Where where, String field)
      throws InvalidResourceException {
    if (options.isEmpty() && remove.isEmpty()) {
      return HeaderRules.NONE;
    }
    List<Map.Entry<String, String>> set = new ArrayList<>();
    List<Map.Entry<String, String>> add = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      Where here = where.in(field, i);
      HeaderValueOption option = options.get(i);
      HeaderValue header = option.header();
      if (header == null) {
        throw here.refuse("absent (expected: key and value)");
      }
      String name = name(header.key(), here);
      if (header.value().isEmpty() && !option.keepEmptyValue()) {
        continue; // as in Envoy: an edit to nothing is none
      }
      (replaces(option, here) ? set : add).add(Map.entry(name, value(header.value(), here)));
    }
    for (String name : remove) {
      name(name, where.in(field));
    }
    return new HeaderRules(remove, set, add);
  }

  private static boolean replaces(HeaderValueOption option, Where where)
      throws InvalidResourceException {
    if (option.append() != null) {
      return !option.append().value(); // the older way to say it
    }
    return switch (option.appendAction()) {
      case HeaderValueOptionHeaderAppendAction.APPEND_IF_EXISTS_OR_ADD -> false;
      case HeaderValueOptionHeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD -> true;
      default ->
          throw where.refuse(
              "append_action: "
                  + HeaderValueOptionHeaderAppendAction.name(option.appendAction())
                  + " (expected: APPEND_IF_EXISTS_OR_ADD or OVERWRITE_IF_EXISTS_OR_ADD)");
    };
  }

  /** A token (RFC 9110), or a pseudo-header. */
  private static String name(String name, Where where) throws InvalidResourceException {
    int from = name.startsWith(":") ? 1 : 0;
    boolean valid = name.length() > from;
    for (int i = from; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean alphanumeric = c < 0x80 && Character.isLetterOrDigit(c);
      valid &= alphanumeric || TOKEN.indexOf(c) >= 0;
    }
    if (!valid) {
      throw where.refuse("\"" + printable(name) + "\" (expected: the name of a header)");
    }
    return name;
  }

  /** In Envoy's format, as far as it is known here, and without what could end the header. */
  private static String value(String value, Where where) throws InvalidResourceException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c) && c != '\t') {
        throw where.refuse("\"" + printable(value) + "\" (expected: no control characters)");
      }
    }
    try {
      HeaderFormat unused = HeaderFormat.parse(value);
    } catch (IllegalArgumentException e) {
      throw where.refuse(String.valueOf(e.getMessage()));
    }
    return value;
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
