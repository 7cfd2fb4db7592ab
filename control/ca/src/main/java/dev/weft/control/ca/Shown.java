package dev.weft.control.ca;

/** What others have written, for a message: quoted, short, and harmless in a log. */
final class Shown {

  private static final int LENGTH = 120;

  private Shown() {}

  static String of(String text) {
    String cut = text.length() > LENGTH ? text.substring(0, LENGTH) + "…" : text;
    return '"' + cut.replaceAll("[^\\x20-\\x7e…]", "?") + '"';
  }
}
