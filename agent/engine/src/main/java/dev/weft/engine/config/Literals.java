package dev.weft.engine.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** IP addresses as they are written; never asks the name service. */
public final class Literals {

  private Literals() {}

  /** Null when this is no address. */
  public static @Nullable InetAddress parse(String text) {
    byte[] v4 = v4(text);
    try {
      if (v4 != null) {
        return InetAddress.getByAddress(v4);
      }
      // A colon makes it an address or an error, but never a name; a scope would be this machine's.
      boolean v6 = text.indexOf(':') >= 0 && text.indexOf('%') < 0 && text.indexOf('[') < 0;
      return v6 ? InetAddress.getByName(text) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static byte @Nullable [] v4(String text) {
    byte[] bytes = new byte[4];
    int at = 0;
    for (int i = 0; i < 4; i++) {
      int from = at;
      int value = 0;
      while (at < text.length() && at - from < 3 && Character.digit(text.charAt(at), 10) >= 0) {
        value = value * 10 + Character.digit(text.charAt(at++), 10);
      }
      boolean end = i == 3 ? at == text.length() : at < text.length() && text.charAt(at) == '.';
      if (at == from || value > 255 || !end) {
        return null;
      }
      bytes[i] = (byte) value;
      at++;
    }
    return bytes;
  }
}
