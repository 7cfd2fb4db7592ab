package dev.weft.engine.balance;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What Envoy hashes a host by: its address as Envoy writes it. */
final class HashKeys {

  private static final int GROUPS = 8;

  private HashKeys() {}

  static String of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      return address.getHostString() + ":" + address.getPort();
    }
    return ip instanceof Inet6Address six
        ? "[" + text(six.getAddress()) + "]:" + address.getPort()
        : ip.getHostAddress() + ":" + address.getPort();
  }

  /** RFC 5952, as inet_ntop writes it; Java's own form leaves no zeros out. */
  private static String text(byte[] bytes) {
    int from = -1;
    int to = -1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && group(bytes, end) == 0) {
        end++;
      }
      if (end - i >= 2 && end - i > to - from) {
        from = i;
        to = end;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == from) {
        text.append("::");
        i = to - 1;
      } else {
        text.append(i == 0 || i == to ? "" : ":").append(Integer.toHexString(group(bytes, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
  }
}
