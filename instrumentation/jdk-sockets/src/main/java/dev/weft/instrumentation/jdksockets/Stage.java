package dev.weft.instrumentation.jdksockets;

import java.io.IOException;

/**
 * What the bytes of a connection are, now. A stage that finds its successor answers {@link
 * Status#MOVED}, and the successor is asked the same.
 *
 * <pre>
 * accepted:  Undecided ─ by the client's hello ─▶ Handshaking ─▶ Secured
 *                      └────────────────────────▶ Plain
 * connected: Awaiting ─ with the first byte ────▶ Handshaking ─▶ Secured     or Plain at once
 *                     └─ that is a TLS hello ───▶ Plain, where ours gives way to that
 * anything:  ───────────────────────────────────▶ Dead
 * </pre>
 */
abstract sealed class Stage permits Undecided, Awaiting, Handshaking, Secured, Plain, Dead {

  final Link link;

  Stage(Link link) {
    this.link = link;
  }

  /** Bytes for the application: a count, a {@link Status}. The link's input lock is held. */
  abstract int read(Memory to) throws IOException;

  /** Bytes of the application: a count, a {@link Status}. The link's output lock is held. */
  abstract int write(Memory from) throws IOException;

  /** Whether it is known what the bytes are, and they flow; or never will. */
  abstract boolean isSettled();

  /** Goes on as far as that is possible without waiting. The input lock is held. */
  void push() throws IOException {}

  /** Whether a read has something that the kernel does not know of. The input lock is held. */
  boolean hasLeftover() {
    return false;
  }

  /**
   * Bytes that can be read without waiting. The input lock is held.
   *
   * @param kernel bytes that the kernel has
   */
  int available(int kernel) throws IOException {
    return 0;
  }

  /**
   * The application is about to close the socket, or its output only. No lock is held.
   *
   * @param full whether both directions are closed
   */
  void closing(boolean full) throws IOException {}

  /**
   * What time ends. No lock is held, or the input lock.
   *
   * @param age nanoseconds since the connection began
   * @param reading whether somebody is reading, and nobody may look at the socket
   */
  void expire(long age, boolean reading) throws IOException {}

  /**
   * What time brings. The input lock is held.
   *
   * @param age nanoseconds since the connection began
   */
  void care(long age) throws IOException {}
}
