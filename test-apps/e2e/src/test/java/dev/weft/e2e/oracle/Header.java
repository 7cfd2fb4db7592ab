package dev.weft.e2e.oracle;

import java.util.Locale;

/** One header line; the name in lower case, as Envoy has it. */
record Header(String name, String value) {

  Header {
    name = name.toLowerCase(Locale.ROOT);
  }

  static Header parse(String line) {
    int colon = line.indexOf(':', 1);
    return new Header(line.substring(0, colon), line.substring(colon + 1).strip());
  }

  @Override
  public String toString() {
    return name + ": " + value;
  }
}
