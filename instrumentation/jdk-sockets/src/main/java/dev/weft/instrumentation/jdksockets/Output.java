package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Status.DONE;
import static dev.weft.instrumentation.jdksockets.Status.FULL;
import static dev.weft.instrumentation.jdksockets.Status.UNAVAILABLE;

import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The sending half of a connection: its lock, and the bytes between application and kernel. */
final class Output {

  /** Plaintext that is taken before it is known what becomes of it. */
  private static final int EARLY = 16 * 1024;

  /** A write of this size does not wait on a socket that takes any. */
  private static final int SMALL = 4096;

  final ReentrantLock lock = new ReentrantLock();

  /** The handshake is over, one way or the other. */
  final Condition settled = lock.newCondition();

  /** Encrypted, and not yet sent. Under the lock. */
  final Bytes outbox = new Bytes();

  /** Written, and neither encrypted nor sent. Under the lock. */
  final Bytes early = new Bytes();

  private final RawSocket raw;
  private final AtomicLong sent = new AtomicLong();

  /** Whether the kernel takes nothing more. */
  private volatile boolean ended;

  Output(RawSocket raw) {
    this.raw = raw;
  }

  /** Keeps plaintext until it is known what becomes of it. The lock is held. */
  int takeEarly(Memory from) {
    int count = Math.min(from.length(), EARLY - early.size());
    if (count <= 0) {
      return FULL;
    }
    early.add(from, 0, count);
    return count;
  }

  /** A glance; who needs to know holds the lock. */
  boolean hasEarly() {
    return !early.isEmpty();
  }

  /** It is plaintext: what was written before that was known goes first. The lock is held. */
  void releaseEarly() throws IOException {
    outbox.add(early.array(), early.start(), early.size());
    sent(early.size());
    early.clear();
    flush(/* mayWait= */ false);
  }

  /** Sends what is in the outbox: {@link Status#DONE}, or a status. The lock is held. */
  int flush(boolean mayWait) throws IOException {
    if (ended) {
      outbox.clear(); // a part of it may be missing, and nothing may follow
      throw new SocketException("Broken pipe");
    }
    while (!outbox.isEmpty()) {
      if (!mayWait && !raw.writable()) {
        return UNAVAILABLE;
      }
      int most = Math.min(outbox.size(), mayWait ? Scratch.BATCH : SMALL);
      int count = transmit(outbox.array(), outbox.start(), most);
      if (count <= 0) {
        return count == 0 ? UNAVAILABLE : count;
      }
      outbox.remove(count);
    }
    return DONE;
  }

  /** Writes ciphertext. Where that fails, nothing may follow: the peer could not read it. */
  int transmit(byte[] from, int offset, int count) throws IOException {
    try {
      return raw.write(from, offset, count);
    } catch (IOException e) {
      ended = true;
      throw e;
    }
  }

  /** For those who come by and write nothing themselves: who writes next learns of failures. */
  void flushIfFree() {
    if (!outbox.isEmpty() && lock.tryLock()) {
      try {
        flush(/* mayWait= */ false);
      } catch (IOException e) {
        // Remembered.
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether all was sent within this time. The lock is not held. */
  boolean flushWithin(int millis) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!outbox.isEmpty() && System.nanoTime() < end) {
      flushIfFree();
      if (!outbox.isEmpty()) {
        raw.awaitWritable(5);
      }
    }
    return outbox.isEmpty();
  }

  /** Whether the lock could be had in time; whoever has the last word should have it. */
  boolean lock(int millis) {
    return Patience.lock(lock, millis);
  }

  /** The application ends it: nothing is sent any more. */
  void end() {
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Counts what was sent; returns the same. */
  int sent(int count) {
    if (count > 0) {
      sent.lazySet(sent.get() + count); // one writer at a time: the lock is held
    }
    return count;
  }

  long bytes() {
    return sent.get();
  }
}
