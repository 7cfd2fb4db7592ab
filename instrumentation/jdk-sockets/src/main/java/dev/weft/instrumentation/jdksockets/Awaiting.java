package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Wire.Plan;
import java.io.IOException;

/** A connection of this JVM that will be mesh TLS; it may not even be connected yet. */
final class Awaiting extends Stage {

  private final Plan.Tls plan;

  Awaiting(Link link, Plan.Tls plan) {
    super(link);
    this.plan = plan;
  }

  @Override
  int read(Memory to) throws IOException {
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
    begin();
    return Status.MOVED;
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
    if (age > Patience.IDLE_NANOS && link.raw.writable() && link.out.lock.tryLock()) {
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
