package dev.weft.control.config.yaml;

/**
 * Text from a file as messages quote it: one line, not too long, nothing that could upset a
 * terminal.
 */
public final class Excerpt {

  private static final int LENGTH = 60;

  private Excerpt() {}

  public static String of(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .limit(LENGTH)
        .forEach(point -> safe.appendCodePoint(Character.isISOControl(point) ? '\uFFFD' : point));
    return text.codePointCount(0, text.length()) > LENGTH ? safe + "…" : safe.toString();
  }
}
