package dev.weft.instrumentation.jdksockets;

/** The outermost layer of TLS: records of a type, a version and a length. RFC 8446, 5.1. */
final class Records {

  static final int HEADER = 5;

  /** Type of the records that carry handshake messages. */
  static final int HANDSHAKE = 22;

  private Records() {}

  /** Whether a whole record begins here. */
  static boolean isWhole(byte[] bytes, int offset, int count) {
    return count >= HEADER && count >= HEADER + length(bytes, offset);
  }

  static boolean isWhole(Bytes bytes) {
    return isWhole(bytes.array(), bytes.start(), bytes.size());
  }

  /** Bytes that are missing until the first record is whole; of its header, as long as that is. */
  static int missing(Bytes bytes) {
    return missing(bytes.array(), bytes.start(), bytes.size());
  }

  static int missing(byte[] bytes, int offset, int count) {
    return count < HEADER ? HEADER - count : HEADER + length(bytes, offset) - count;
  }

  /** Length of the record's content. */
  static int length(byte[] bytes, int offset) {
    return unsigned16(bytes, offset + 3);
  }

  static int unsigned16(byte[] bytes, int offset) {
    return ((bytes[offset] & 0xff) << 8) | (bytes[offset + 1] & 0xff);
  }
}
