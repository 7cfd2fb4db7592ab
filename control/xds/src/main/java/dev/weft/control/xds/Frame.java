package dev.weft.control.xds;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One response as a list of chunks, most of which other streams send as well; nothing is copied
 * before the transport does.
 */
final class Frame {

  private final List<byte[]> chunks = new ArrayList<>();
  private int length;

  void append(byte[] chunk) {
    chunks.add(chunk);
    length += chunk.length;
  }

  int length() {
    return length;
  }

  /** Hands frames to gRPC as they are. */
  static final MethodDescriptor.Marshaller<Frame> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Frame frame) {
          return new Chunks(frame);
        }

        @Override
        public Frame parse(InputStream stream) {
          throw new UnsupportedOperationException("a server reads no responses");
        }
      };

  /** Reads the chunks one after the other. */
  private static final class Chunks extends InputStream implements KnownLength, Drainable {

    private final List<byte[]> chunks;
    private int remaining;
    private int chunk;
    private int position;

    Chunks(Frame frame) {
      this.chunks = frame.chunks;
      this.remaining = frame.length;
    }

    @Override
    public int available() {
      return remaining;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int drained = remaining;
      for (; chunk < chunks.size(); chunk++, position = 0) {
        target.write(chunks.get(chunk), position, chunks.get(chunk).length - position);
      }
      remaining = 0;
      return drained;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) {
      if (wanted == 0) {
        return 0;
      }
      while (chunk < chunks.size() && position == chunks.get(chunk).length) {
        chunk++;
        position = 0;
      }
      if (chunk == chunks.size()) {
        return -1;
      }
      byte[] source = chunks.get(chunk);
      int count = Math.min(wanted, source.length - position);
      System.arraycopy(source, position, target, offset, count);
      position += count;
      remaining -= count;
      return count;
    }
  }
}
