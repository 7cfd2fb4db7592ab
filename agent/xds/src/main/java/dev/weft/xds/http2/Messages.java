package dev.weft.xds.http2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts a call's messages together: a flag, four bytes of length, the message. */
final class Messages {

  private static final int PREFIX_BYTES = 5;

  private final int most;
  private byte[] buffer = new byte[1024];
  private int size;

  Messages(int most) {
    this.most = most;
  }

  /** The messages that these bytes complete. */
  List<byte[]> add(byte[] bytes) throws Http2Exception {
    append(bytes);
    List<byte[]> complete = new ArrayList<>();
    int from = 0;
    while (size - from >= PREFIX_BYTES) {
      int length = length(from);
      if (size - from - PREFIX_BYTES < length) {
        break;
      }
      int start = from + PREFIX_BYTES;
      complete.add(Arrays.copyOfRange(buffer, start, start + length));
      from = start + length;
    }
    System.arraycopy(buffer, from, buffer, 0, size - from);
    size -= from;
    if (size == 0 && buffer.length > 1 << 20) {
      buffer = new byte[1024]; // a large message is rare: do not keep its room
    }
    return complete;
  }

  // Room grows with what has arrived, never with what is announced.
  private void append(byte[] bytes) {
    if (buffer.length - size < bytes.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes.length));
    }
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private int length(int at) throws Http2Exception {
    if (buffer[at] != 0) {
      throw Http2Exception.protocol(
          "message flag: " + buffer[at] + " (expected: 0, not compressed)");
    }
    int length = ByteBuffer.wrap(buffer, at + 1, 4).getInt();
    if (length < 0 || length > most) {
      throw Http2Exception.calm(
          "message of "
              + Integer.toUnsignedString(length)
              + " bytes (expected: at most "
              + most
              + ")");
    }
    return length;
  }
}
