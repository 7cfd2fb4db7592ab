package dev.weft.control.source.keys;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Which addresses are the public Internet's (IANA's registries of special addresses). */
final class PublicAddresses {

  /** Address, then bits. Loopback, link-local and multicast addresses the JDK knows itself. */
  private static final int[][] SPECIAL = {
    {0, 0, 0, 0, 8},
    {10, 0, 0, 0, 8},
    {100, 64, 0, 0, 10},
    {127, 0, 0, 0, 8},
    {169, 254, 0, 0, 16},
    {172, 16, 0, 0, 12},
    {192, 0, 0, 0, 24},
    {192, 0, 2, 0, 24},
    {192, 88, 99, 0, 24},
    {192, 168, 0, 0, 16},
    {198, 18, 0, 0, 15},
    {198, 51, 100, 0, 24},
    {203, 0, 113, 0, 24},
    {224, 0, 0, 0, 3} // multicast, reserved, broadcast
  };

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isSiteLocalAddress()) {
      return false;
    }
    return bytes.length == 4 ? isPublic4(bytes) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    for (int[] block : SPECIAL) {
      if (matches(bytes, block)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(byte[] bytes, int[] block) {
    int bits = block[4];
    for (int i = 0; i < 4 && bits > 0; i++, bits -= 8) {
      int mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
      if ((bytes[i] & mask) != block[i]) {
        return false;
      }
    }
    return true;
  }

  /** Global unicast alone, and of that nothing that hides an address of the older kind. */
  private static boolean isPublic6(byte[] bytes) {
    boolean isGlobal = (bytes[0] & 0xe0) == 0x20; // 2000::/3
    if (bytes[0] == 0x20 && bytes[1] == 0x02) { // 6to4
      return contains(inner(bytes, 2));
    }
    boolean isTeredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    boolean isForDocumentation =
        bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && (bytes[3] & 0xff) == 0xb8;
    if (bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && bytes[3] == (byte) 0x9b) {
      boolean isTranslated = Arrays.equals(bytes, 4, 12, new byte[8], 0, 8);
      return isTranslated && contains(inner(bytes, 12)); // 64:ff9b::/96
    }
    return isGlobal && !isTeredo && !isForDocumentation;
  }

  private static InetAddress inner(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes", e);
    }
  }
}
