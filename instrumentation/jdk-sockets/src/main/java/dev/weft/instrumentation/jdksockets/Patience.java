package dev.weft.instrumentation.jdksockets;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** How long things may take. */
final class Patience {

  /** A client that neither reads nor writes begins its handshake after this. */
  static final long IDLE_NANOS = 20_000_000;

  /** A server that speaks first waits this long for its client's hello, where it may. */
  static final long SERVER_FIRST_NANOS = 1_000_000_000;

  /** A writer whose handshake is not over waits in steps of this. */
  static final int STEP_MILLIS = 2;

  /** Who closes waits this long for whoever cares for the connection at that moment. */
  static final int DRAIN_MILLIS = 10;

  /** Plaintext that waited for a decision is sent within this, when its connection closes. */
  static final int CLOSING_MILLIS = 100;

  /** Who ends one direction waits this long for the peer to take what was written. */
  static final int CLOSING_OUTPUT_MILLIS = 5000;

  /** A goodbye that the kernel does not take is tried this long. */
  static final long FAREWELL_NANOS = 30_000_000_000L;

  /** One that closes before its handshake is over, with bytes to send, waits this long. */
  static final int CLOSING_EARLY_MILLIS = 2000;

  private static volatile long handshakeNanos = Duration.ofSeconds(10).toNanos();

  private Patience() {}

  /** From the begin of a connection to the end of its handshake. */
  static long handshakeNanos() {
    return handshakeNanos;
  }

  static void handshake(Duration timeout) {
    handshakeNanos = timeout.toNanos();
  }

  /** Whether the lock could be had in this time. */
  static boolean lock(ReentrantLock lock, int millis) {
    try {
      return lock.tryLock(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return lock.tryLock();
    }
  }
}
