package dev.weft.instrumentation.jdksockets;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** What is done with TLS engines in several stages. */
final class Engines {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** An alert and what may precede it. */
  private static final int LAST_RECORDS = 3;

  private Engines() {}

  static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /** One record of handshake messages or alerts. */
  static void wrapMessages(SSLEngine engine, Scratch scratch, Bytes outbox) throws SSLException {
    ByteBuffer to = scratch.cipherBuffer;
    to.clear();
    SSLEngineResult result = engine.wrap(NOTHING.duplicate(), to);
    outbox.add(scratch.cipher, 0, to.position());
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks(engine);
    }
  }

  /**
   * The alert of a failure, where there is one, as far as it can be sent at once. Never a goodbye:
   * the peer must not take what it has for the whole.
   */
  static void tellPeer(SSLEngine engine, Scratch scratch, Link link) {
    if (!link.out.lock.tryLock()) {
      return;
    }
    try {
      for (int i = 0; i < LAST_RECORDS && !engine.isOutboundDone(); i++) {
        if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
          break;
        }
        wrapMessages(engine, scratch, link.out.outbox);
      }
      link.out.flush(/* mayWait= */ false);
    } catch (IOException | RuntimeException e) {
      // The connection is given up anyway, with the reason that came first.
    } finally {
      link.out.lock.unlock();
    }
  }
}
