package dev.weft.control.config.schema;

/** Literal addresses, judged without ever asking a resolver. */
final class Addresses {

  private static final int GROUPS = 8;

  private Addresses() {}

  /** RFC 4291 text form, without zone; the last 32 bits may be written as IPv4. */
  static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text) == GROUPS;
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    int before = groups(text.substring(0, gap));
    int after = groups(text.substring(gap + 2));
    return before >= 0 && after >= 0 && before + after < GROUPS;
  }

  /** How many 16-bit groups the text stands for; -1 if it is not well-formed. */
  private static int groups(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].contains(".")) {
        count += Syntax.isAddress(parts[i]) ? 2 : -GROUPS * 2;
      } else {
        count += parts[i].matches("[0-9a-fA-F]{1,4}") ? 1 : -GROUPS * 2;
      }
    }
    return count < 0 ? -1 : count;
  }
}
