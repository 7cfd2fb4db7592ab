package dev.weft.xds.http2;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/** Puts a header block together, which may come in several frames, one right after the other. */
final class HeaderBlock {

  private static final int MOST = 64 * 1024;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int stream; // 0: no block is open
  private boolean last;

  /** A frame of any type comes: an open block suffers only its own continuation. */
  void expect(Frame frame) throws Http2Exception {
    boolean continues = frame.type() == Frame.CONTINUATION && frame.stream() == stream;
    if (stream != 0 && !continues) {
      throw Http2Exception.protocol("header block interrupted by frame type " + frame.type());
    }
    if (stream == 0 && frame.type() == Frame.CONTINUATION) {
      throw Http2Exception.protocol("CONTINUATION without HEADERS");
    }
  }

  /** Whether the block is complete with this frame. */
  boolean add(Frame frame) throws Http2Exception {
    if (frame.type() == Frame.HEADERS) {
      stream = frame.stream();
      last = frame.has(Frame.END_STREAM);
      bytes.reset();
      bytes.writeBytes(frame.content());
    } else {
      bytes.writeBytes(frame.payload());
    }
    if (bytes.size() > MOST) {
      throw Http2Exception.calm("header block of more than " + MOST + " bytes");
    }
    return frame.has(Frame.END_HEADERS);
  }

  /** Whether the stream ends with the block. */
  boolean isLast() {
    return last;
  }

  /** The fields of the complete block. */
  List<Map.Entry<String, String>> take() throws Http2Exception {
    stream = 0;
    return Hpack.decode(bytes.toByteArray());
  }
}
