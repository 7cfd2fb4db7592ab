package dev.weft.control.model;

import java.util.Locale;
import java.util.Optional;

/**
 * A host and port as an application writes them: {@code reviews:9080}, {@code [::1]:80}, {@code
 * Example.COM.}, {@code https://api.example.com:443}.
 *
 * @param host lower case, without brackets and trailing dot
 * @param port that of the scheme where none is written
 */
record Authority(Scheme scheme, String host, int port) {

  /** Empty where the text is no authority, so that it means nothing to the mesh. */
  static Optional<Authority> parse(String written) {
    Scheme scheme = Scheme.of(written);
    String text = written.substring(scheme.prefix().length());
    int bracket = text.indexOf(']');
    int colon = text.indexOf(':', bracket + 1);
    String host = colon < 0 ? text : text.substring(0, colon);
    if (bracket > 0 && host.startsWith("[")) {
      host = host.substring(1, bracket);
    }
    host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    int port = colon < 0 ? scheme.port() : port(text.substring(colon + 1));
    return host.isBlank() || host.startsWith("*") || hasEmptyLabel(host) || port < 0
        ? Optional.empty()
        : Optional.of(new Authority(scheme, host.toLowerCase(Locale.ROOT), port));
  }

  private static boolean hasEmptyLabel(String host) {
    return host.startsWith(".") || host.endsWith(".") || host.contains("..");
  }

  private static int port(String digits) {
    boolean number =
        !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(Authority::digit);
    int port = number ? Integer.parseInt(digits) : -1;
    return port <= 65535 ? port : -1;
  }

  private static boolean digit(int character) {
    return character >= '0' && character <= '9';
  }
}
