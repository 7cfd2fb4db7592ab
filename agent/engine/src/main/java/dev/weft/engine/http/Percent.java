package dev.weft.engine.http;

import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986), read. */
public final class Percent {

  private Percent() {}

  /** Decoded once, as UTF-8; an incomplete or wrong escape stays as it is. */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (bytes[i] == '%' && low >= 0) {
        bytes[length++] = (byte) (high * 16 + low);
        i += 2;
      } else {
        bytes[length++] = bytes[i];
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
