package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.KeepAlive;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The kernel's side of one connection. Reads and writes answer a count or a {@link Status}, and
 * wait where the socket blocks; nothing else waits longer than it says.
 */
public interface RawSocket {

  int read(byte[] to, int offset, int length) throws IOException;

  /**
   * Straight into the application's buffer: whoever waits here holds no buffer of ours.
   *
   * @param most no more than this many bytes
   */
  int read(Memory to, int most) throws IOException;

  int write(byte[] from, int offset, int length) throws IOException;

  int write(Memory from) throws IOException;

  /** Whether a read would not wait: bytes, the end or an error are there. */
  boolean readable() throws IOException;

  /** Whether it is connected and a small write would not wait. */
  boolean writable() throws IOException;

  void awaitReadable(int millis) throws IOException;

  void awaitWritable(int millis) throws IOException;

  /** Before it connects. */
  void keepAlive(KeepAlive settings) throws IOException;

  InetSocketAddress local() throws IOException;

  InetSocketAddress remote() throws IOException;

  /** The same connection by a descriptor of its own, which outlives this one. */
  RawSocket duplicate() throws IOException;

  /** Of a duplicate: gives its descriptor back. */
  void close() throws IOException;

  /** Ends both directions: whoever waits wakes up, and the peer sees the end. Never throws. */
  void shutdown();
}
