package dev.weft.engine.config;

import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A block of addresses (RFC 4632), of which one may be all. */
public final class Subnet {

  private final byte[] address;
  private final int bits;

  /**
   * @param bits how many of the first bits count
   */
  public Subnet(byte[] address, int bits) {
    if (bits < 0 || bits > address.length * 8) {
      throw new IllegalArgumentException(
          bits + " bits (expected: 0 to " + address.length * 8 + ")");
    }
    this.address = address.clone();
    this.bits = bits;
  }

  /** How many of the first bits count: the more, the fewer addresses. */
  public int bits() {
    return bits;
  }

  public boolean contains(InetAddress other) {
    byte[] theirs = other.getAddress();
    if (theirs.length != address.length) {
      return false;
    }
    int whole = bits / 8;
    if (Arrays.mismatch(theirs, 0, whole, address, 0, whole) >= 0) {
      return false;
    }
    int rest = bits % 8;
    return rest == 0 || ((theirs[whole] ^ address[whole]) & 0xff) >> (8 - rest) == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Subnet subnet
        && bits == subnet.bits
        && Arrays.equals(address, subnet.address);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(address) * 31 + bits;
  }
}
