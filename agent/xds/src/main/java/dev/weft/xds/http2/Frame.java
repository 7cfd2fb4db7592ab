package dev.weft.xds.http2;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One frame as it is on the wire (RFC 9113, section 4). */
final class Frame {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 32;

  /** The largest payload either side may send: the protocol's initial value, which we keep. */
  static final int MOST = 16_384;

  static final int HEADER_BYTES = 9;

  private static final byte[] EMPTY = {};

  private final int type;
  private final int flags;
  private final int stream;
  private final byte[] payload;

  Frame(int type, int flags, int stream, byte[] payload) {
    this.type = type;
    this.flags = flags;
    this.stream = stream;
    this.payload = payload;
  }

  static Frame empty(int type, int flags) {
    return new Frame(type, flags, 0, EMPTY);
  }

  /** A frame that carries one 32-bit number. */
  static Frame number(int type, int stream, int value) {
    byte[] payload = new byte[4];
    putInt(payload, 0, value);
    return new Frame(type, 0, stream, payload);
  }

  /** Ends the connection, and says why. */
  static Frame goAway(int code, String detail) {
    byte[] text = detail.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[8 + Math.min(text.length, 256)];
    putInt(payload, 4, code);
    System.arraycopy(text, 0, payload, 8, payload.length - 8);
    return new Frame(GOAWAY, 0, 0, payload);
  }

  /** What a GOAWAY says. */
  String farewell() throws Http2Exception {
    String name = Http2Exception.name(number(4));
    return payload.length <= 8
        ? name
        : name + " (" + new String(payload, 8, payload.length - 8, StandardCharsets.UTF_8) + ")";
  }

  int type() {
    return type;
  }

  int stream() {
    return stream;
  }

  byte[] payload() {
    return payload;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The unsigned 31 bits at this place. */
  int number(int at) throws Http2Exception {
    if (payload.length < at + 4) {
      throw Http2Exception.frameSize(
          "frame type " + type + " of " + payload.length + " bytes (expected: more)");
    }
    return getInt(payload, at) & 0x7fffffff;
  }

  /** The payload without padding and, with this flag, without priority. */
  byte[] content() throws Http2Exception {
    int from = 0;
    int padding = 0;
    if (has(PADDED)) {
      padding = payload.length == 0 ? 1 : payload[0] & 0xff;
      from = 1;
    }
    if (type == HEADERS && has(PRIORITY)) {
      from += 5;
    }
    int length = payload.length - from - padding;
    if (length < 0) {
      throw Http2Exception.protocol("padding of " + padding + " bytes exceeds the frame");
    }
    return from == 0 && padding == 0 ? payload : Arrays.copyOfRange(payload, from, from + length);
  }

  byte[] encoded() {
    byte[] bytes = new byte[HEADER_BYTES + payload.length];
    bytes[0] = (byte) (payload.length >> 16);
    bytes[1] = (byte) (payload.length >> 8);
    bytes[2] = (byte) payload.length;
    bytes[3] = (byte) type;
    bytes[4] = (byte) flags;
    putInt(bytes, 5, stream);
    System.arraycopy(payload, 0, bytes, HEADER_BYTES, payload.length);
    return bytes;
  }

  /** Reads the next frame; blocks. */
  static Frame read(InputStream in) throws IOException, Http2Exception {
    byte[] head = in.readNBytes(HEADER_BYTES);
    if (head.length < HEADER_BYTES) {
      throw new EOFException("connection closed by the control service");
    }
    int length = getInt(head, 0) >>> 8;
    if (length > MOST) {
      throw Http2Exception.frameSize(
          "frame of " + length + " bytes (expected: at most " + MOST + "): not HTTP/2?");
    }
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("connection closed by the control service within a frame");
    }
    return new Frame(head[3], head[4], getInt(head, 5) & 0x7fffffff, payload);
  }

  static void putInt(byte[] bytes, int at, int value) {
    ByteBuffer.wrap(bytes, at, 4).putInt(value);
  }

  private static int getInt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes, at, 4).getInt();
  }
}
