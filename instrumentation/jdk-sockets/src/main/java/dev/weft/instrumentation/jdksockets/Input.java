package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Status.UNAVAILABLE;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The receiving half of a connection: its lock, and the bytes between kernel and application. A
 * reader that waits for its peer holds the lock as long; nobody else waits for it.
 */
final class Input {

  private static final int DRAINS = 4;

  final ReentrantLock lock = new ReentrantLock();

  /** Received, and not yet looked at or decrypted. Under the lock. */
  final Bytes inbox = new Bytes();

  private final RawSocket raw;
  private final AtomicLong received = new AtomicLong();

  Input(RawSocket raw) {
    this.raw = raw;
  }

  /** Reads into the inbox. The lock is held. */
  int fill(int wanted, boolean mayWait) throws IOException {
    if (!mayWait && !raw.readable()) {
      return UNAVAILABLE;
    }
    inbox.reserve(wanted);
    int count = raw.read(inbox.array(), inbox.end(), wanted);
    if (count > 0) {
      inbox.added(count);
    }
    return count;
  }

  /**
   * Takes what nobody will read out of the kernel, session tickets above all: closing over unread
   * bytes resets the connection and destroys what was sent.
   */
  void drain() throws IOException {
    Scratch scratch = Scratch.take();
    try {
      if (Patience.lock(lock, Patience.DRAIN_MILLIS)) { // else somebody reads, and takes it
        try {
          drain(scratch);
        } finally {
          lock.unlock();
        }
      }
    } finally {
      scratch.give();
    }
  }

  private void drain(Scratch scratch) throws IOException {
    int left = DRAINS;
    while (left > 0 && raw.readable() && raw.read(scratch.cipher, 0, Scratch.BATCH) > 0) {
      left--;
    }
  }

  /** Counts what was received; returns the same. */
  int received(int count) {
    if (count > 0) {
      received.lazySet(received.get() + count); // one reader at a time: the lock is held
    }
    return count;
  }

  long bytes() {
    return received.get();
  }
}
