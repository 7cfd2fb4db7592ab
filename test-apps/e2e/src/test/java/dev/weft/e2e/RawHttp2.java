package dev.weft.e2e;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map.Entry;

/**
 * One call of gRPC in frames that no client library would send: header fields as they are, in their
 * order, without compression.
 */
final class RawHttp2 {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte[] EMPTY_MESSAGE = new byte[5];
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private RawHttp2() {}

  /** Everything that came in DATA frames until the call or the connection was over. */
  static String call(int port, List<Entry<String, String>> fields) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      sent.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
      frame(sent, SETTINGS, 0, 0, new byte[0]);
      frame(sent, HEADERS, END_HEADERS, 1, block(fields));
      frame(sent, DATA, END_STREAM, 1, EMPTY_MESSAGE);
      socket.getOutputStream().write(sent.toByteArray());
      return answer(socket);
    }
  }

  private static String answer(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    StringBuilder data = new StringBuilder();
    try {
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == DATA) {
          data.append(new String(payload, StandardCharsets.ISO_8859_1));
        }
        boolean isOver =
            stream == 1 && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        if (isOver || type == RESET || type == GOAWAY) {
          return data.toString();
        }
        boolean wantsAnswer = (type == SETTINGS || type == PING) && (flags & ACK) == 0;
        if (wantsAnswer) {
          ByteArrayOutputStream answer = new ByteArrayOutputStream();
          frame(answer, type, ACK, 0, type == PING ? payload : new byte[0]);
          socket.getOutputStream().write(answer.toByteArray());
        }
      }
    } catch (EOFException | java.net.SocketException e) {
      return data.toString(); // it has hung up, which is an answer
    }
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(payload);
  }

  /** Literal fields without indexing and without Huffman's code (RFC 7541, 6.2.2). */
  private static byte[] block(List<Entry<String, String>> fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Entry<String, String> field : fields) {
      block.write(0);
      text(block, field.getKey());
      text(block, field.getValue());
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length >= 127) {
      throw new IllegalArgumentException(bytes.length + " bytes (expected: less than 127)");
    }
    block.write(bytes.length);
    block.writeBytes(bytes);
  }
}
