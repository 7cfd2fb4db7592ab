package dev.weft.control.config.schema;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The grammars of names, as Istio and Kubernetes define them. Each check yields what was expected,
 * in parentheses, or nothing when the text is fine.
 */
public final class Syntax {

  private static final String LABEL = "[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?";
  private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
  private static final Pattern WILDCARD_LABEL = Pattern.compile("\\*|(?:\\*-)?" + LABEL);
  private static final Pattern LABEL_NAME =
      Pattern.compile("[a-zA-Z0-9](?:[-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?");
  private static final Pattern HEADER = Pattern.compile("[-_A-Za-z0-9]+");
  private static final Pattern INTEGER = Pattern.compile("[-+]?\\d{1,19}");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final int HOST_LENGTH = 255;

  private Syntax() {}

  static Optional<String> integer(String text, long min, long max) {
    Optional<String> wrong =
        Optional.of("(expected: a whole number from " + min + " to " + max + ")");
    if (!INTEGER.matcher(text).matches()) {
      return wrong;
    }
    try {
      long value = Long.parseLong(text);
      return value >= min && value <= max ? Optional.empty() : wrong;
    } catch (NumberFormatException e) {
      return wrong;
    }
  }

  /** Per-million is the finest that a percentage means anything. */
  static Optional<String> percent(String text) {
    double value = Double.parseDouble(text);
    return value == 0 || (value >= 0.0001 && value <= 100)
        ? Optional.empty()
        : Optional.of("(expected: 0, or 0.0001 to 100)");
  }

  static Optional<String> portOrName(String text) {
    return INTEGER.matcher(text).matches() ? integer(text, 1, 65535) : name(text);
  }

  static Optional<String> name(String text) {
    return DNS_LABEL.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("(expected: letters, digits and -, at most 63)");
  }

  static Optional<String> headerName(String text) {
    return HEADER.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("(expected: a header name of letters, digits, - and _)");
  }

  static Optional<String> hostOrAddress(String text) {
    return isAddress(text) ? Optional.empty() : host(text);
  }

  static Optional<String> host(String text) {
    if (text.isEmpty() || text.length() > HOST_LENGTH) {
      return Optional.of("(expected: a host name of 1 to " + HOST_LENGTH + " characters)");
    }
    String[] labels = text.split("\\.", -1);
    if (!WILDCARD_LABEL.matcher(labels[0]).matches()) {
      return Optional.of("(expected: a host name; a wildcard only as the first label)");
    }
    for (int i = 1; i < labels.length; i++) {
      boolean trailingDot = i == labels.length - 1 && labels[i].isEmpty();
      if (!trailingDot && !DNS_LABEL.matcher(labels[i]).matches()) {
        return Optional.of("(expected: labels of letters, digits and -, joined by dots)");
      }
    }
    return labels[labels.length - 1].matches("\\d+")
        ? Optional.of("(expected: a host name; its last label is a number)")
        : Optional.empty();
  }

  /** Whether it is a host name without a wildcard. */
  public static boolean isHost(String text) {
    return !text.startsWith("*") && host(text).isEmpty();
  }

  /** The number of a port; empty where it is none, 1 to 65535. */
  public static Optional<Integer> port(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text);
    return port >= 1 && port <= 65535 ? Optional.of(port) : Optional.empty();
  }

  /** Whether it is a literal IPv4 or IPv6 address. */
  public static boolean isAddress(String text) {
    if (IPV4.matcher(text).matches()) {
      return true;
    }
    return text.contains(":") && IPV6_CHARACTERS.matcher(text).matches() && Addresses.isIpv6(text);
  }

  /** Whether it is an address, or a block of them: {@code 10.0.0.0/8}. */
  public static boolean isAddressOrBlock(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return isAddress(text);
    }
    String address = text.substring(0, slash);
    int bits = address.contains(":") ? 128 : 32;
    return isAddress(address) && integer(text.substring(slash + 1), 0, bits).isEmpty();
  }

  static Optional<String> labelName(String text) {
    int slash = text.indexOf('/');
    boolean prefixed = slash < 0 || (slash <= 253 && isHost(text.substring(0, slash)));
    return prefixed && LABEL_NAME.matcher(text.substring(slash + 1)).matches()
        ? Optional.empty()
        : Optional.of("(expected: a label name, as example.com/name)");
  }

  static Optional<String> labelValue(String text) {
    return text.isEmpty() || LABEL_NAME.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("(expected: at most 63 letters, digits, -, _ and .)");
  }
}
