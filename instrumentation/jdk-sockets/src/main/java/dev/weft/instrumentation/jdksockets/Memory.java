package dev.weft.instrumentation.jdksockets;

/** The application's buffer, or its several buffers in a row, of one read or write. */
public interface Memory {

  /** Bytes in all. */
  int length();

  /** Copies into it, from this position on. */
  void put(int position, byte[] from, int offset, int count);

  /** Copies out of it, from this position on. */
  void get(int position, byte[] to, int offset, int count);
}
