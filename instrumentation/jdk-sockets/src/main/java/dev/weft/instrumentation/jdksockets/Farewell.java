package dev.weft.instrumentation.jdksockets;

import java.io.IOException;

/** The last bytes of a connection that its application has closed, and its peer is slow to take. */
final class Farewell {

  private static final int SMALL = 1024;
  private static final int DRAINS = 4;

  private final RawSocket raw;
  private final Bytes bytes = new Bytes();
  private final long end;

  /**
   * @param raw of its own
   * @param now as {@link System#nanoTime} counts
   */
  Farewell(RawSocket raw, Bytes last, long now) {
    this.raw = raw;
    this.bytes.add(last.array(), last.start(), last.size());
    this.end = now + Patience.FAREWELL_NANOS;
  }

  /** Goes on as far as that is possible without waiting; whether it is over. */
  boolean care(long now) {
    try {
      while (!bytes.isEmpty() && now - end < 0) {
        if (!raw.writable()) {
          return false;
        }
        int count = raw.write(bytes.array(), bytes.start(), Math.min(bytes.size(), SMALL));
        if (count <= 0) {
          return false;
        }
        bytes.remove(count);
      }
      drain();
    } catch (IOException e) {
      // The peer has gone: nobody waits for a goodbye.
    }
    try {
      raw.close();
    } catch (IOException e) {
      // There is nothing left to lose.
    }
    return true;
  }

  /** Closing over unread bytes would reset the connection, and destroy what was sent. */
  private void drain() throws IOException {
    Scratch scratch = Scratch.take();
    try {
      int left = DRAINS;
      while (left > 0 && raw.readable() && raw.read(scratch.cipher, 0, Scratch.BATCH) > 0) {
        left--;
      }
    } finally {
      scratch.give();
    }
  }
}
