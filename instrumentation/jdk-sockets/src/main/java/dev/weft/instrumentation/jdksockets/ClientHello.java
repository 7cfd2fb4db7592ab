package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Hello;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first message of a TLS client, RFC 8446, 4.1.2, as far as it has arrived. It may be cut
 * into several records.
 */
final class ClientHello {

  /** No honest hello is larger, post-quantum key shares included. */
  private static final int LARGEST = 64 * 1024;

  private static final int CLIENT_HELLO = 1;
  private static final int MESSAGE_HEADER = 4;
  private static final int SERVER_NAME = 0;
  private static final int PROTOCOLS = 16;

  private final byte[] bytes;
  private int position;
  private final int end;

  private ClientHello(byte[] message, int end) {
    this.bytes = message;
    this.position = MESSAGE_HEADER;
    this.end = end;
  }

  /** Collects the records of the message, each once: a peer may send one byte at a time. */
  static final class Reader {

    private final Bytes message = new Bytes();
    private int taken;

    /**
     * What the connection begins with; null: not enough has arrived to say.
     *
     * @param first all that has arrived, which nobody takes away meanwhile
     */
    @Nullable Hello read(Bytes first) {
      if (first.size() > LARGEST) {
        return Hello.MALFORMED;
      }
      byte[] in = first.array();
      int limit = first.start() + first.size();
      for (int offset = first.start() + taken; offset < limit; ) {
        if (in[offset] != Records.HANDSHAKE) {
          return offset == first.start() ? Hello.PLAINTEXT : Hello.MALFORMED;
        }
        if (limit - offset >= 2 && in[offset + 1] != 3) {
          return Hello.MALFORMED;
        }
        if (!Records.isWhole(in, offset, limit - offset)) {
          return isTooLong(in, offset, limit) ? Hello.MALFORMED : null;
        }
        int length = Records.length(in, offset);
        message.add(in, offset + Records.HEADER, length);
        taken += Records.HEADER + length;
        offset += Records.HEADER + length;
        Hello hello = length == 0 ? Hello.MALFORMED : parse(message);
        if (hello != null) {
          return hello;
        }
      }
      return null;
    }

    private static boolean isTooLong(byte[] in, int offset, int limit) {
      return limit - offset >= Records.HEADER && Records.length(in, offset) > Scratch.RECORD;
    }

    /** Bytes to read next: what is missing of the record that has begun, or of its header. */
    int missing(Bytes first) {
      return Records.missing(first.array(), first.start() + taken, first.size() - taken);
    }
  }

  private static @Nullable Hello parse(Bytes message) {
    byte[] in = message.array();
    int size = message.size();
    if (in[0] != CLIENT_HELLO) {
      return Hello.MALFORMED;
    }
    if (size < MESSAGE_HEADER) {
      return null;
    }
    int length = ((in[1] & 0xff) << 16) | Records.unsigned16(in, 2);
    if (length > LARGEST) {
      return Hello.MALFORMED;
    }
    if (size < MESSAGE_HEADER + length) {
      return null;
    }
    try {
      return new ClientHello(in, MESSAGE_HEADER + length).parse();
    } catch (IndexOutOfBoundsException e) {
      return Hello.MALFORMED; // a length that points behind the message
    }
  }

  private Hello parse() {
    skip(2 + 32); // version, random
    skip(unsigned8()); // session
    skip(unsigned16()); // cipher suites
    skip(unsigned8()); // compression methods
    String serverName = null;
    List<String> protocols = new ArrayList<>();
    int extensions = position == end ? end : unsigned16() + position;
    require(extensions <= end);
    while (position < extensions) {
      int type = unsigned16();
      int length = unsigned16();
      int next = position + length;
      require(next <= extensions);
      if (type == SERVER_NAME && length > 5) {
        position += 3; // length of the list, type of the name
        serverName = text(unsigned16(), next);
      } else if (type == PROTOCOLS && length > 2) {
        position += 2;
        while (position < next) {
          protocols.add(text(unsigned8(), next));
        }
      }
      position = next;
    }
    return new Hello(Hello.Kind.TLS, serverName, protocols);
  }

  private String text(int length, int limit) {
    require(position + length <= limit);
    String text = new String(bytes, position, length, StandardCharsets.ISO_8859_1);
    position += length;
    return text;
  }

  private int unsigned8() {
    require(position < end);
    return bytes[position++] & 0xff;
  }

  private int unsigned16() {
    require(position + 1 < end);
    int value = Records.unsigned16(bytes, position);
    position += 2;
    return value;
  }

  private void skip(int count) {
    position += count;
    require(position <= end);
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IndexOutOfBoundsException();
    }
  }
}
