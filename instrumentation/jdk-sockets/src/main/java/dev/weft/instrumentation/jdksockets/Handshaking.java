package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Wire.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * TLS of ours that is not established. Whoever comes drives it: a reader, which may wait; a writer
 * or the {@link Caretaker}, who do not. Of what arrives, only handshake records are read.
 */
final class Handshaking extends Stage {

  private final Plan.Tls plan;
  private final SSLEngine engine;

  private Handshaking(Link link, Plan.Tls plan) {
    super(link);
    this.plan = plan;
    this.engine = plan.engine();
  }

  static Handshaking begun(Link link, Plan.Tls plan) throws SSLException {
    plan.engine().beginHandshake();
    return new Handshaking(link, plan);
  }

  @Override
  int read(Memory to) throws IOException {
    return drive(/* mayWait= */ true);
  }

  @Override
  int write(Memory from) {
    return link.out.takeEarly(from);
  }

  @Override
  void push() throws IOException {
    drive(/* mayWait= */ false);
  }

  @Override
  int available(int kernel) throws IOException {
    push();
    return link.stage() == this ? 0 : link.stage().available(kernel);
  }

  @Override
  void care(long age) throws IOException {
    push();
  }

  @Override
  void expire(long age, boolean reading) {
    if (age > Patience.handshakeNanos() && link.stage() == this) {
      link.fail("the TLS handshake took too long");
    }
  }

  @Override
  boolean isSettled() {
    return false;
  }

  /** {@link Status#MOVED}, or the status of a read that would have to wait. */
  private int drive(boolean mayWait) throws IOException {
    if (!lockOut(mayWait)) {
      return Status.UNAVAILABLE;
    }
    Scratch scratch = Scratch.take();
    try {
      while (link.stage() == this) {
        if (step(scratch, mayWait)) {
          continue;
        }
        int flushed = link.out.flush(mayWait);
        if (flushed == Status.INTERRUPTED) {
          return flushed;
        }
        // What could not be sent does not keep from reading: the peer may wait for that in turn.
        link.out.lock.unlock(); // a writer may leave its bytes while a reader waits here
        int count = receive(mayWait);
        if (count <= 0 || !lockOut(mayWait)) {
          return count <= 0 ? count : Status.UNAVAILABLE;
        }
      }
      return Status.MOVED;
    } catch (SSLException e) {
      lost(e, scratch);
      return Status.MOVED;
    } catch (IOException e) {
      link.fail("TLS with " + link.remote() + " failed: " + e.getMessage());
      return Status.MOVED;
    } finally {
      scratch.give();
      if (link.out.lock.isHeldByCurrentThread()) {
        link.out.lock.unlock();
      }
    }
  }

  private boolean lockOut(boolean mayWait) {
    if (mayWait) {
      link.out.lock.lock();
      return true;
    }
    return link.out.lock.tryLock();
  }

  /** Whether that was possible; else bytes of the peer are needed. */
  private boolean step(Scratch scratch, boolean mayWait) throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> Engines.runTasks(engine);
      // Not sent yet: one system call for a whole flight, or small writes meet Nagle's algorithm.
      case NEED_WRAP -> {
        Engines.wrapMessages(engine, scratch, link.out.outbox);
        if (engine.isOutboundDone()) {
          throw new SSLException("closed during the handshake");
        }
      }
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
        if (!Records.isWhole(link.in.inbox)) {
          return false;
        }
        unwrap(scratch);
      }
      case FINISHED, NOT_HANDSHAKING -> establish(scratch, mayWait);
    }
    return true;
  }

  private int receive(boolean mayWait) throws IOException {
    int count = link.in.fill(Records.missing(link.in.inbox), mayWait);
    if (count == Status.EOF) {
      throw new SSLException("the peer has closed the connection during the handshake");
    }
    return count;
  }

  private void unwrap(Scratch scratch) throws SSLException {
    Bytes inbox = link.in.inbox;
    ByteBuffer from = ByteBuffer.wrap(inbox.array(), inbox.start(), inbox.size());
    ByteBuffer to = scratch.plainBuffer;
    to.clear();
    SSLEngineResult result = engine.unwrap(from, to);
    inbox.remove(result.bytesConsumed());
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw new SSLException("the peer has closed during the handshake");
    }
    if (result.bytesProduced() > 0) {
      throw new SSLException("application data during the handshake");
    }
  }

  /** The peer is looked at before any byte of the application is sent or delivered. */
  private void establish(Scratch scratch, boolean mayWait) throws IOException {
    if (engine.isInboundDone() || engine.isOutboundDone()) {
      throw new SSLException("closed during the handshake");
    }
    String principal = plan.verifier().verify(engine.getSession());
    link.open(principal);
    Secured secured = new Secured(link, engine);
    link.out.sent(secured.sealEarly(scratch));
    if (link.become(this, secured)) {
      link.out.settled.signalAll();
      link.out.flush(mayWait);
    }
  }

  private void lost(SSLException failure, Scratch scratch) {
    Engines.tellPeer(engine, scratch, link);
    link.fail("TLS with " + link.remote() + " failed: " + failure.getMessage());
  }
}
