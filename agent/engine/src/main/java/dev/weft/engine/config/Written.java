package dev.weft.engine.config;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/** One place as an operator writes it. */
final class Written {

  private static final Pattern NAME =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

  private final String text;
  private final String host;
  private final int bits; // -1: not a block
  private final int port;

  Written(String text) {
    this.text = text;
    String rest = text.strip().toLowerCase(Locale.ROOT);
    String portText = "";
    if (rest.startsWith("[")) {
      int end = rest.indexOf(']');
      int colon = rest.indexOf(':', Math.max(end, 0));
      if (end < 0) {
        throw wrong();
      }
      portText = colon < 0 ? "" : rest.substring(colon);
      rest = rest.substring(1, end) + rest.substring(end + 1, colon < 0 ? rest.length() : colon);
    } else if (rest.indexOf(':') == rest.lastIndexOf(':') && rest.indexOf(':') >= 0) {
      portText = rest.substring(rest.indexOf(':'));
      rest = rest.substring(0, rest.indexOf(':'));
    }
    int slash = rest.indexOf('/');
    this.host = slash < 0 ? rest : rest.substring(0, slash);
    this.bits = slash < 0 ? -1 : number(rest.substring(slash + 1), 128);
    this.port = portText.isEmpty() ? 0 : number(portText.substring(1), 65535);
    if (!portText.isEmpty() && port == 0) {
      throw wrong();
    }
  }

  void addTo(Places.Builder places) {
    InetAddress address = Literals.parse(host);
    if (address != null && bits >= 0) {
      places.block(subnet(address), port);
    } else if (address == null && (bits >= 0 || isNoName())) {
      throw wrong();
    } else {
      places.name(host.startsWith("*.") ? host.substring(1) : host, port);
    }
  }

  /** A name of digits and dots alone is a mistyped address. */
  private boolean isNoName() {
    return !NAME.matcher(host).matches()
        || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
  }

  private Subnet subnet(InetAddress address) {
    try {
      return new Subnet(address.getAddress(), bits);
    } catch (IllegalArgumentException e) {
      throw wrong();
    }
  }

  private int number(String digits, int most) {
    int value = NUMBER.matcher(digits).matches() ? Integer.parseInt(digits) : -1;
    if (value < 0 || value > most) {
      throw wrong();
    }
    return value;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "\"" + text + "\" (expected: an address, a block, or a host name, and maybe a port)");
  }
}
