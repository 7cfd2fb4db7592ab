package dev.weft.engine.http;

/** What needs no encoding anywhere. */
public final class Letters {

  private Letters() {}

  /** Whether it is one of ASCII's letters and digits. */
  public static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
