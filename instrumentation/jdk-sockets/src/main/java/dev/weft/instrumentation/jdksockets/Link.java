package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Status.DONE;
import static dev.weft.instrumentation.jdksockets.Status.FULL;
import static dev.weft.instrumentation.jdksockets.Status.MOVED;
import static dev.weft.instrumentation.jdksockets.Status.UNAVAILABLE;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Weft;
import dev.weft.bridge.Wire;
import dev.weft.bridge.Wire.Plan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection. Reads and writes are those of the JDK's system calls: a count or a {@link
 * Status}. What they mean is the {@link Stage}'s business; here are the locks, the bytes that wait
 * between kernel and application, and the way out.
 *
 * <p>Locks are taken in this order: input, output, {@link #opening} and {@link #life}. A reader
 * that waits for its peer holds the input lock as long; nobody else waits for that one. Failures of
 * ours give the connection up: nothing of it comes through any more.
 */
public final class Link implements Connection {

  /** Plaintext that is taken before it is known what becomes of it. */
  private static final int EARLY = 16 * 1024;

  /** A write of this size does not wait on a socket that takes any. */
  private static final int SMALL = 4096;

  private static final int DRAINS = 4;

  final RawSocket raw;
  final Wire wire;
  final ReentrantLock in = new ReentrantLock();
  final ReentrantLock out = new ReentrantLock();

  /** Of the output lock: the handshake is over, one way or the other. */
  final Condition settled = out.newCondition();

  /** Received, and not yet looked at or decrypted. Input lock. */
  final Bytes inbox = new Bytes();

  /** Encrypted, and not yet sent. Output lock. */
  final Bytes outbox = new Bytes();

  /** Written, and neither encrypted nor sent. Output lock. */
  final Bytes early = new Bytes();

  private final boolean outbound;
  private final Readiness readiness;
  private final long born;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  private final ReentrantLock opening = new ReentrantLock();
  private final ReentrantLock life = new ReentrantLock();
  private volatile Stage stage;
  private volatile InetSocketAddress local;
  private final InetSocketAddress remote;
  private volatile @Nullable String principal;
  private volatile boolean opened;

  /** Whether the descriptor may be somebody else's already. */
  private volatile boolean gone;

  /** Whether the application closes it. */
  private volatile boolean leaving;

  /** Whether the kernel takes nothing more. */
  private volatile boolean outputEnded;

  private boolean toldLeftover;
  private volatile long nextCare;

  private Link(Origin origin, @Nullable Plan plan, Readiness readiness, long born) {
    this.raw = origin.raw();
    this.wire = origin.wire();
    this.local = origin.local();
    this.remote = origin.remote();
    this.outbound = plan != null;
    this.readiness = readiness;
    this.born = born;
    this.nextCare = born + Patience.IDLE_NANOS;
    if (plan instanceof Plan.Tls tls) {
      this.stage = new Awaiting(this, tls);
    } else {
      this.stage = plan == null ? new Undecided(this) : new Plain(this);
    }
  }

  /** Where a connection comes from. */
  record Origin(RawSocket raw, Wire wire, InetSocketAddress local, InetSocketAddress remote) {}

  /**
   * A connection that this JVM is about to make, plaintext or TLS.
   *
   * @param now as {@link System#nanoTime} counts
   */
  static Link connecting(Origin origin, Plan plan, Readiness readiness, long now) {
    return new Link(origin, plan, readiness, now);
  }

  /** A connection that was accepted. */
  static Link accepted(Origin origin, Readiness readiness, long now) {
    return new Link(origin, null, readiness, now);
  }

  // Reading and writing, for the JDK.

  /** Bytes of the application: how many, or a {@link Status}. */
  public int read(Memory to) throws IOException {
    in.lock();
    try {
      int count;
      do {
        count = stage.read(to);
      } while (count == MOVED);
      return count;
    } catch (SSLException | RuntimeException | Error e) {
      throw failed(e);
    } finally {
      tellReadiness();
      in.unlock();
    }
  }

  /** Bytes of the application: how many were taken, or a {@link Status}. */
  public int write(Memory from) throws IOException {
    try {
      int taken = offer(from);
      if (!stage.isSettled()) {
        push();
      }
      if (taken != FULL) {
        return taken;
      }
      awaitSettled(Patience.STEP_MILLIS);
      taken = stage.isSettled() ? offer(from) : FULL;
      return taken == FULL ? UNAVAILABLE : taken;
    } catch (SSLException | RuntimeException | Error e) {
      throw failed(e);
    }
  }

  private int offer(Memory from) throws IOException {
    out.lock();
    try {
      int count;
      do {
        count = stage.write(from);
      } while (count == MOVED);
      return count;
    } finally {
      out.unlock();
    }
  }

  /** Bytes that can be read without waiting, where the kernel has that many. */
  public int available(int kernel) throws IOException {
    if (!in.tryLock()) {
      return 0; // somebody reads
    }
    try {
      return stage.available(kernel);
    } catch (SSLException | RuntimeException | Error e) {
      throw failed(e);
    } finally {
      tellReadiness();
      in.unlock();
    }
  }

  /** Whether the bytes are the application's own, and the kernel may send files by itself. */
  public boolean isPlain() {
    return stage instanceof Plain && outbox.isEmpty();
  }

  private IOException failed(Throwable e) {
    fail(e instanceof SSLException ? String.valueOf(e.getMessage()) : "internal failure: " + e);
    if (!(e instanceof SSLException)) {
      Weft.suppressed("jdk-sockets", e);
    }
    SocketException failure = new SocketException("mesh: " + e.getMessage());
    failure.initCause(e);
    return failure;
  }

  private void tellReadiness() {
    boolean there = stage.hasLeftover();
    if (there != toldLeftover) {
      toldLeftover = there;
      readiness.leftover(there);
    }
  }

  // For stages.

  Stage stage() {
    return stage;
  }

  /** Replaces a stage, unless something else has replaced it before. */
  boolean become(Stage from, Stage to) {
    life.lock();
    try {
      if (stage != from || gone) {
        return false;
      }
      stage = to;
      return true;
    } finally {
      life.unlock();
    }
  }

  /** What was undecided is plaintext; what was written meanwhile goes first. */
  void becomePlain(Stage from) throws IOException {
    open(null);
    while (stage == from) {
      if (out.tryLock()) { // whoever holds it while nothing is decided holds it briefly
        try {
          if (become(from, new Plain(this))) {
            outbox.add(early.array(), early.start(), early.size());
            sent(early.size());
            early.clear();
            flush(/* mayWait= */ false);
          }
        } finally {
          out.unlock();
        }
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** The application's bytes may flow. */
  void open(@Nullable String peer) throws IOException {
    if (opened) {
      return;
    }
    opening.lock();
    try {
      if (!opened) {
        if (outbound) {
          local = raw.local();
        }
        principal = peer;
        wire.opened(this);
        opened = true;
      }
    } finally {
      opening.unlock();
    }
  }

  /** Gives the connection up, and says so. Never throws. */
  void fail(String reason) {
    if (end(new Dead(this, reason, /* quiet= */ !outbound))) {
      try {
        wire.refused(local, remote, reason);
      } catch (RuntimeException | Error e) {
        Weft.suppressed("jdk-sockets", e);
      }
    }
  }

  private boolean end(Dead dead) {
    life.lock();
    try {
      if (stage instanceof Dead) {
        return false;
      }
      stage = dead;
      if (!gone) {
        raw.shutdown();
      }
      return true;
    } finally {
      life.unlock();
    }
  }

  /** Reads into the inbox. The input lock is held. */
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

  /** Keeps plaintext until it is known what becomes of it. The output lock is held. */
  int takeEarly(Memory from) {
    int count = Math.min(from.length(), EARLY - early.size());
    if (count <= 0) {
      return FULL;
    }
    early.add(from, 0, count);
    return count;
  }

  /** A glance; who needs to know holds the output lock. */
  boolean hasEarly() {
    return !early.isEmpty();
  }

  /** Sends what is in the outbox: {@link Status#DONE}, or a status. The output lock is held. */
  int flush(boolean mayWait) throws IOException {
    if (outputEnded) {
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

  /** Whether the output lock could be had in time; whoever has the last word should have it. */
  boolean lockOut(int millis) {
    return lock(out, millis);
  }

  private static boolean lock(ReentrantLock lock, int millis) {
    try {
      return lock.tryLock(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return lock.tryLock();
    }
  }

  /** Whether anything may still be sent. */
  boolean hasOutput() {
    return !outputEnded;
  }

  /** Writes ciphertext. Where that fails, nothing may follow: the peer could not read it. */
  int transmit(byte[] from, int offset, int count) throws IOException {
    try {
      return raw.write(from, offset, count);
    } catch (IOException e) {
      outputEnded = true;
      throw e;
    }
  }

  /** For those who come by and write nothing themselves: who writes next learns of failures. */
  void flushIfFree() {
    if (!outbox.isEmpty() && out.tryLock()) {
      try {
        flush(/* mayWait= */ false);
      } catch (IOException e) {
        // Remembered.
      } finally {
        out.unlock();
      }
    }
  }

  /** Whether all was sent within this time. No lock is held. */
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

  /**
   * Takes what nobody will read out of the kernel, session tickets above all: closing over unread
   * bytes resets the connection and destroys what was sent.
   */
  void drain() throws IOException {
    if (lock(in, Patience.DRAIN_MILLIS)) { // else somebody reads, and takes it
      Scratch scratch = Scratch.take();
      try {
        int left = DRAINS;
        while (left > 0 && raw.readable() && raw.read(scratch.cipher, 0, Scratch.BATCH) > 0) {
          left--;
        }
      } finally {
        scratch.give();
        in.unlock();
      }
    }
  }

  int sent(int count) {
    if (count > 0) {
      sent.lazySet(sent.get() + count); // one writer at a time: the output lock is held
    }
    return count;
  }

  int received(int count) {
    if (count > 0) {
      received.lazySet(received.get() + count);
    }
    return count;
  }

  // Whoever comes by helps.

  private void push() throws IOException {
    if (in.tryLock()) {
      try {
        stage.push();
      } finally {
        tellReadiness();
        in.unlock();
      }
    }
  }

  /** Waits for the end of the handshake, and drives it where nobody else does. */
  private void awaitSettled(int millis) throws IOException {
    if (in.tryLock()) {
      try {
        stage.push();
        if (!stage.isSettled()) {
          raw.awaitReadable(millis);
          stage.push();
        }
      } finally {
        tellReadiness();
        in.unlock();
      }
      return;
    }
    out.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!stage.isSettled() && left > 0) {
        left = settled.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      out.unlock();
    }
  }

  /**
   * What time brings; called by the {@link Caretaker}, who waits for nobody.
   *
   * @return whether it needs no care any more
   */
  boolean care(long now) {
    if (now - nextCare < 0) {
      return false;
    }
    long pause = Math.max(10_000_000, Math.min((now - born) / 4, 250_000_000));
    nextCare = now + pause;
    if (gone) {
      return true;
    }
    if (leaving) {
      return false;
    }
    try {
      return in.tryLock() ? careLocked(now - born) : expireOnly(now - born);
    } catch (IOException | RuntimeException | Error e) {
      fail("TLS with " + remote + " failed: " + e.getMessage());
      return true;
    }
  }

  private boolean careLocked(long age) throws IOException {
    try {
      if (!gone) {
        stage.care(age);
        stage.expire(age, /* reading= */ false);
      }
      return stage.isSettled() && outbox.isEmpty();
    } finally {
      tellReadiness();
      in.unlock();
    }
  }

  /** A reader waits, and has all locks that there are: who ends the connection wakes it up. */
  private boolean expireOnly(long age) throws IOException {
    stage.expire(age, /* reading= */ true);
    return false;
  }

  // The way out.

  /**
   * The application is about to close the socket, or its output. Finishes what was written, and
   * says goodbye; waits little. Never throws.
   */
  public void closing(boolean full) {
    leaving |= full;
    try {
      boolean unsettled = !stage.isSettled();
      if (unsettled) {
        stage.closing(full);
        if (hasEarly() || (!full && !(stage instanceof Undecided))) {
          finishHandshake();
        }
      }
      if (stage.isSettled()) {
        stage.closing(full);
      }
    } catch (IOException e) {
      // The peer has gone already.
    } catch (RuntimeException | Error e) {
      fail("internal failure: " + e);
      Weft.suppressed("jdk-sockets", e);
    } finally {
      outputEnded = true;
    }
  }

  private void finishHandshake() throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Patience.CLOSING_EARLY_MILLIS);
    while (!stage.isSettled() && System.nanoTime() < end) {
      awaitSettled(20);
    }
  }

  /** The descriptor is being closed, and its number may be reused as soon as this returns. */
  public void closed() {
    boolean report;
    life.lock();
    try {
      report = !gone;
      gone = true;
    } finally {
      life.unlock();
    }
    in.lock(); // whoever cares for it now has finished then
    try {
      Caretaker.leave(this);
    } finally {
      in.unlock();
    }
    if (report) {
      readiness.leftover(false);
      if (opened) {
        wire.closed(this);
      }
    }
  }

  @Override
  public void refuse(String reason) {
    end(new Dead(this, reason, /* quiet= */ !outbound));
  }

  // What others see.

  @Override
  public boolean outbound() {
    return outbound;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public @Nullable String principal() {
    return principal;
  }

  @Override
  public long bytesSent() {
    return sent.get();
  }

  @Override
  public long bytesReceived() {
    return received.get();
  }

  @Override
  public String toString() {
    return (outbound ? "to " : "from ") + remote + " at " + local;
  }
}
