package dev.weft.instrumentation.jdksockets;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Established mesh TLS: the application sees plaintext, the kernel records. */
final class Secured extends Stage {

  /** The most plaintext that a record holds. RFC 8446, 5.1. */
  private static final int RECORD_CONTENT = 16 * 1024;

  /** Records are sent together, up to this. */
  private static final int TOGETHER = 48 * 1024;

  /** Records that an engine may still have to send, the goodbye included. */
  private static final int GOODBYES = 4;

  private final SSLEngine engine;

  /** Decrypted, and not yet read. Input lock. */
  private final Bytes leftover = new Bytes();

  /** Whether the peer has said that it is done. Input lock. */
  private boolean ended;

  /** Whether the socket has shown that it does not wait. Input lock. */
  private boolean neverWaits;

  /** Who found nothing last, and may wait for the kernel to tell. Input lock. */
  private @Nullable Thread waiting;

  /** Bytes that are encrypted but not yet reported as taken: 0 or 1. Output lock. */
  private int held;

  /** Whether the peer was told that we are done. Output lock. */
  private boolean closeSent;

  Secured(Link link, SSLEngine engine) {
    super(link);
    this.engine = engine;
  }

  // Reading.

  @Override
  int read(Memory to) throws IOException {
    int done = leftover.moveTo(to, 0);
    link.out.flushIfFree();
    while (done < to.length()) {
      if (done > 0 && !Records.isWhole(link.in.inbox)) {
        break;
      }
      if (ended) {
        return done > 0 ? link.in.received(done) : Status.EOF;
      }
      int now;
      try {
        now = done > 0 ? decrypt(to, done, /* mayRead= */ false) : begin(to);
      } catch (SSLException e) {
        lost(e);
        return Status.MOVED;
      }
      if (now < 0) {
        return now == Status.EOF ? truncated() : notNow(now);
      }
      done = now;
    }
    if (link.stage() != this) {
      return Status.MOVED; // given up meanwhile: nothing more comes through
    }
    waiting = null;
    return link.in.received(done);
  }

  private int notNow(int status) {
    neverWaits |= status == Status.UNAVAILABLE;
    waiting = Thread.currentThread();
    return status;
  }

  /** Waits, where the socket does, with nothing but the application's own buffer in hand. */
  private int begin(Memory to) throws IOException {
    if (Records.isWhole(link.in.inbox)) {
      return decrypt(to, 0, /* mayRead= */ false);
    }
    if (neverWaits || link.raw.readable()) {
      return decrypt(to, 0, /* mayRead= */ true);
    }
    int count = link.raw.read(to, Scratch.BATCH);
    if (count > 0) {
      link.in.inbox.add(to, 0, count);
      return 0;
    }
    return count;
  }

  /**
   * Decrypts into the application's buffer, behind what is done already.
   *
   * @param mayRead whether a read would not wait
   * @return bytes in it, or the status of a read
   */
  private int decrypt(Memory to, int before, boolean mayRead) throws IOException {
    Scratch scratch = Scratch.take();
    int start = 0;
    int end = link.in.inbox.moveTo(scratch.cipher);
    int done = before;
    try {
      if (mayRead) {
        int wanted = Math.max(to.length() + 512, RECORD_CONTENT + 512);
        int most = Math.min(Math.min(wanted, Scratch.BATCH), scratch.cipher.length - end);
        int count = link.raw.read(scratch.cipher, end, most);
        if (count < 0) {
          return count;
        }
        end += count;
      }
      while (!ended && done < to.length() && Records.isWhole(scratch.cipher, start, end - start)) {
        int produced = unwrap(scratch, start, end);
        start = scratch.cipherBuffer.position();
        int fits = Math.min(produced, to.length() - done);
        to.put(done, scratch.plain, 0, fits);
        leftover.add(scratch.plain, fits, produced - fits);
        done += fits;
      }
      return done;
    } finally {
      link.in.inbox.add(scratch.cipher, start, end - start);
      scratch.give();
    }
  }

  /** One record; returns the bytes for the application. */
  private int unwrap(Scratch scratch, int start, int end) throws IOException {
    ByteBuffer from = scratch.cipherBuffer;
    ByteBuffer to = scratch.plainBuffer;
    from.limit(end).position(start);
    to.clear();
    SSLEngineResult result = engine.unwrap(from, to);
    HandshakeStatus status = result.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_TASK) {
      Engines.runTasks(engine);
      status = engine.getHandshakeStatus();
    }
    if (result.getStatus() == SSLEngineResult.Status.CLOSED || engine.isInboundDone()) {
      ended = true;
    } else if (status == HandshakeStatus.NEED_WRAP) {
      answer();
    }
    if (result.bytesConsumed() == 0 && result.bytesProduced() == 0 && !ended) {
      throw new SSLException("a record that cannot be read: " + result.getStatus());
    }
    return result.bytesProduced();
  }

  /** A key update, for one. When a writer is busy, its next record carries the answer. */
  private void answer() throws SSLException {
    if (!link.out.hasEnded() && link.out.lock.tryLock()) {
      Scratch scratch = Scratch.take();
      try {
        Engines.wrapMessages(engine, scratch, link.out.outbox);
      } finally {
        scratch.give();
        link.out.lock.unlock();
      }
      link.out.flushIfFree();
    }
  }

  /** The end without the peer's word: whoever cuts the wire must not pass for the peer. */
  private int truncated() throws IOException {
    ended = true;
    link.become(this, new Dead(link, null, /* quiet= */ false));
    return Status.MOVED;
  }

  private void lost(SSLException failure) {
    Scratch scratch = Scratch.take();
    try {
      Engines.tellPeer(engine, scratch, link);
    } finally {
      scratch.give();
    }
    link.fail("TLS with " + link.remote() + " failed: " + failure.getMessage());
  }

  @Override
  boolean hasLeftover() {
    return !leftover.isEmpty() || ended || Records.isWhole(link.in.inbox);
  }

  @Override
  int available(int kernel) throws IOException {
    Thread other = waiting;
    if (!leftover.isEmpty() || ended || (other != null && other != Thread.currentThread())) {
      return leftover.size(); // what another one waits for must stay in the kernel
    }
    while (!Records.isWhole(link.in.inbox)) {
      if (!link.raw.readable()
          || link.in.fill(Records.missing(link.in.inbox), /* mayWait= */ true) <= 0) {
        return 0;
      }
    }
    Scratch scratch = Scratch.take();
    int end = link.in.inbox.moveTo(scratch.cipher);
    try {
      int produced = unwrap(scratch, 0, end);
      leftover.add(scratch.plain, 0, produced);
    } catch (SSLException e) {
      lost(e);
    } finally {
      int start = scratch.cipherBuffer.position();
      link.in.inbox.add(scratch.cipher, start, end - start);
      scratch.give();
    }
    return leftover.size();
  }

  // Writing.

  @Override
  int write(Memory from) throws IOException {
    int flushed = link.out.flush(/* mayWait= */ true);
    if (flushed != Status.DONE) {
      return flushed;
    }
    int position = held;
    held = 0;
    if (position >= from.length()) {
      return link.out.sent(from.length());
    }
    Scratch scratch = Scratch.take();
    try {
      while (position < from.length()) {
        int sealed = 0;
        while (position < from.length() && sealed < TOGETHER) {
          int count = Math.min(RECORD_CONTENT, from.length() - position);
          from.get(position, scratch.plain, 0, count);
          sealed = seal(scratch, count, sealed);
          position += count;
        }
        int rest = send(scratch, sealed);
        if (rest != 0) {
          // The kernel is full. What is encrypted must go first, so it stays here, and the last
          // byte is not reported: its caller comes again.
          held = 1;
          return position > 1 ? link.out.sent(position - 1) : Status.UNAVAILABLE;
        }
      }
      return link.out.sent(position);
    } catch (SSLException e) {
      lost(e);
      return Status.MOVED;
    } finally {
      scratch.give();
    }
  }

  /** Encrypts what lies in the scratch buffer; returns where its ciphertext ends. */
  private int seal(Scratch scratch, int count, int end) throws SSLException {
    ByteBuffer from = scratch.plainBuffer;
    ByteBuffer to = scratch.cipherBuffer;
    from.limit(count).position(0);
    to.limit(to.capacity()).position(end);
    while (from.hasRemaining()) {
      SSLEngineResult result = engine.wrap(from, to);
      if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesProduced() == 0) {
        throw new SSLException("cannot be encrypted: " + result.getStatus());
      }
    }
    return to.position();
  }

  /** Sends ciphertext; what the kernel does not take stays in the outbox. */
  private int send(Scratch scratch, int end) throws IOException {
    int sent = 0;
    while (sent < end) {
      int count = link.out.transmit(scratch.cipher, sent, Math.min(end - sent, Scratch.BATCH));
      if (count <= 0) {
        break;
      }
      sent += count;
    }
    link.out.outbox.add(scratch.cipher, sent, end - sent);
    return end - sent;
  }

  /** Encrypts what was written during the handshake, into the outbox; returns how much that was. */
  int sealEarly(Scratch scratch) throws SSLException {
    int count = link.out.early.size();
    while (!link.out.early.isEmpty()) {
      int part = Math.min(link.out.early.size(), RECORD_CONTENT);
      System.arraycopy(link.out.early.array(), link.out.early.start(), scratch.plain, 0, part);
      int end = seal(scratch, part, 0);
      link.out.outbox.add(scratch.cipher, 0, end);
      link.out.early.remove(part);
    }
    return count;
  }

  @Override
  boolean isSettled() {
    return true;
  }

  @Override
  void care(long age) {
    link.out.flushIfFree();
  }

  // Closing.

  /**
   * Says goodbye. A peer that is slow to read keeps nobody from closing: what the kernel does not
   * take now is sent later; only who ends but one direction has to wait for that.
   */
  @Override
  void closing(boolean full) throws IOException {
    if (full) {
      link.in.drain();
    }
    if (!link.out.lock(full ? Patience.CLOSING_MILLIS : Patience.CLOSING_OUTPUT_MILLIS)) {
      return; // a writer waits for its peer, and is about to be broken off
    }
    try {
      if (!closeSent) {
        closeSent = true;
        goodbye();
      }
      if (full && link.out.flush(/* mayWait= */ false) == Status.UNAVAILABLE) {
        Caretaker.farewell(link.raw, link.out.outbox);
      }
    } finally {
      link.out.lock.unlock();
    }
    if (!full) {
      link.out.flushWithin(Patience.CLOSING_OUTPUT_MILLIS);
    }
  }

  private void goodbye() throws SSLException {
    Scratch scratch = Scratch.take();
    try {
      engine.closeOutbound();
      for (int i = 0; i < GOODBYES && !engine.isOutboundDone(); i++) {
        Engines.wrapMessages(engine, scratch, link.out.outbox);
      }
    } finally {
      scratch.give();
    }
  }
}
