package dev.weft.instrumentation.jdksockets;

/**
 * What an input or output may answer instead of a count; most are those of the JDK's system calls.
 */
public final class Status {

  /** The end of the stream. */
  public static final int EOF = -1;

  /** Nothing now; on a socket that blocks, the caller waits and asks again. */
  public static final int UNAVAILABLE = -2;

  /** A signal came first: the caller asks again, unless it is closing. */
  public static final int INTERRUPTED = -3;

  /** Of a stage: another one has taken its place, and must be asked. */
  static final int MOVED = -100;

  /** Of a stage that is not settled: it takes no more bytes until it is. */
  static final int FULL = -101;

  /** Of a flush or a handshake: there is nothing left to do. */
  static final int DONE = -102;

  private Status() {}
}
