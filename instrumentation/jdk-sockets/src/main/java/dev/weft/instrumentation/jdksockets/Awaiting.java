package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Wire.Plan;
import java.io.IOException;

/**
 * A connection of this JVM that will be TLS; it may not even be connected yet. Where TLS of the
 * application's own takes the place of ours, the application's first bytes are waited for.
 */
final class Awaiting extends Stage {

  private final Plan.Tls plan;
  private final long idleNanos;

  Awaiting(Link link, Plan.Tls plan) {
    super(link);
    this.plan = plan;
    this.idleNanos = plan.yields() ? Patience.SERVER_FIRST_NANOS : Patience.IDLE_NANOS;
  }

  @Override
  int read(Memory to) throws IOException {
    if (plan.yields() && !link.raw.readable()) {
      return Status.UNAVAILABLE; // who reads wakes up with the server's answer to whatever is said
    }
    link.out.lock.lock();
    try {
      begin();
    } finally {
      link.out.lock.unlock();
    }
    return Status.MOVED;
  }

  @Override
  int write(Memory from) throws IOException {
    if (plan.yields() && isTls(from)) {
      link.become(this, new Plain(link));
    } else {
      begin();
    }
    return Status.MOVED;
  }

  private static boolean isTls(Memory from) {
    byte[] first = new byte[Math.min(2, from.length())];
    from.get(0, first, 0, first.length);
    return first[0] == Records.HANDSHAKE && (first.length < 2 || first[1] == 3);
  }

  /** The output lock is held: a reader and a writer may both be the first. */
  private void begin() throws IOException {
    if (link.stage() == this) {
      link.become(this, Handshaking.begun(link, plan));
    }
  }

  @Override
  void closing(boolean full) throws IOException {
    if (!full) { // the application has nothing to say, but wants to hear
      link.out.lock.lock();
      try {
        begin();
      } finally {
        link.out.lock.unlock();
      }
    }
  }

  /** Servers may speak first, and clients may wait for that without reading. */
  @Override
  void care(long age) throws IOException {
    if (age > idleNanos && link.raw.writable() && link.out.lock.tryLock()) {
      try {
        begin();
      } finally {
        link.out.lock.unlock();
      }
      link.stage().push();
    }
  }

  @Override
  boolean isSettled() {
    return false;
  }
}
