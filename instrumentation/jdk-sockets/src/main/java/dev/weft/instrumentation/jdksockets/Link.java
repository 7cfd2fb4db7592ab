package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Status.FULL;
import static dev.weft.instrumentation.jdksockets.Status.MOVED;
import static dev.weft.instrumentation.jdksockets.Status.UNAVAILABLE;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Weft;
import dev.weft.bridge.Wire;
import dev.weft.bridge.Wire.Passage;
import dev.weft.bridge.Wire.Plan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection. Reads and writes are those of the JDK's system calls: a count or a {@link
 * Status}. What they mean is the {@link Stage}'s business; the locks and the bytes that wait
 * between kernel and application are those of {@link Input} and {@link Output}; here they meet, and
 * here is the way out.
 *
 * <p>Locks are taken in this order: input, output, {@link #opening} and {@link #life}. Failures of
 * ours give the connection up: nothing of it comes through any more.
 */
public final class Link implements Connection {

  final RawSocket raw;
  final Wire wire;
  final Input in;
  final Output out;

  private final boolean outbound;
  private final @Nullable Voyage voyage; // of one that the mesh has sent somewhere
  private final Readiness readiness;
  private final long born;

  private final ReentrantLock opening = new ReentrantLock();
  private final ReentrantLock life = new ReentrantLock();
  private volatile Stage stage;
  private volatile InetSocketAddress local;
  private final InetSocketAddress remote;
  private volatile @Nullable String principal;
  private volatile @Nullable Hello hello; // of one that was accepted
  private volatile boolean opened;

  /** Whether the descriptor may be somebody else's already. */
  private volatile boolean gone;

  /** Whether the application closes it. */
  private volatile boolean leaving;

  private boolean toldLeftover;
  private volatile long nextCare;

  private Link(Origin origin, @Nullable Plan plan, Readiness readiness, long born) {
    this.raw = origin.raw();
    this.in = new Input(raw);
    this.out = new Output(raw);
    this.wire = origin.wire();
    this.local = origin.local();
    this.remote = origin.remote();
    this.outbound = plan != null;
    this.voyage = origin.passage() == null ? null : new Voyage(raw, origin.passage());
    this.readiness = readiness;
    this.born = born;
    this.nextCare = born + Patience.IDLE_NANOS;
    if (plan instanceof Plan.Tls tls) {
      this.stage = new Awaiting(this, tls);
    } else {
      this.stage = plan == null ? new Undecided(this) : new Plain(this);
    }
  }

  /**
   * Where a connection comes from, and where it goes.
   *
   * @param passage null: it goes where the application wants
   */
  record Origin(
      RawSocket raw,
      Wire wire,
      InetSocketAddress local,
      InetSocketAddress remote,
      @Nullable Passage passage) {

    /** The mesh sends it elsewhere. */
    Origin routed(Plan.Routed routed, InetSocketAddress target) {
      return new Origin(raw, wire, local, target, routed.passage());
    }
  }

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
    in.lock.lock();
    try {
      int count;
      do {
        count = stage.read(to);
      } while (count == MOVED);
      return count;
    } catch (SSLException | RuntimeException | Error e) {
      throw failed(e);
    } finally {
      release();
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
    out.lock.lock();
    try {
      int count;
      do {
        count = stage.write(from);
      } while (count == MOVED);
      return count;
    } finally {
      out.lock.unlock();
    }
  }

  /** Bytes that can be read without waiting, where the kernel has that many. */
  public int available(int kernel) throws IOException {
    if (!in.lock.tryLock()) {
      return 0; // somebody reads
    }
    try {
      return stage.available(kernel);
    } catch (SSLException | RuntimeException | Error e) {
      throw failed(e);
    } finally {
      release();
    }
  }

  /** Whether the bytes are the application's own, and the kernel may send files by itself. */
  public boolean isPlain() {
    return stage instanceof Plain && out.outbox.isEmpty();
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

  /** Lets go of the reading side. Whoever waits for what cannot be told is told that it is over. */
  private void release() {
    try {
      tellReadiness();
    } catch (RuntimeException | Error e) {
      fail("internal failure: " + e);
      Weft.suppressed("jdk-sockets", e);
    } finally {
      in.lock.unlock();
    }
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

  /** This is how its client begins. */
  void begins(Hello first) {
    hello = first;
  }

  /** What was undecided is plaintext; what was written meanwhile goes first. */
  void becomePlain(Stage from) throws IOException {
    open(null);
    while (stage == from) {
      if (out.lock.tryLock()) { // whoever holds it while nothing is decided holds it briefly
        try {
          if (become(from, new Plain(this))) {
            out.releaseEarly();
          }
        } finally {
          out.lock.unlock();
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

  boolean isOpened() {
    return opened;
  }

  /** Gives the connection up, and says so. Never throws. */
  void fail(String reason) {
    if (voyage != null) {
      voyage.fails();
    }
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

  // Whoever comes by helps.

  private void push() throws IOException {
    if (in.lock.tryLock()) {
      try {
        stage.push();
      } finally {
        release();
      }
    }
  }

  /** Waits for the end of the handshake, and drives it where nobody else does. */
  private void awaitSettled(int millis) throws IOException {
    if (in.lock.tryLock()) {
      try {
        stage.push();
        if (!stage.isSettled()) {
          raw.awaitReadable(millis);
          stage.push();
        }
      } finally {
        release();
      }
      return;
    }
    out.lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!stage.isSettled() && left > 0) {
        left = out.settled.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      out.lock.unlock();
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
      if (!in.lock.tryLock()) {
        return expireOnly(now - born);
      }
      try {
        return careLocked(now - born);
      } finally {
        release();
      }
    } catch (IOException | RuntimeException | Error e) {
      fail("TLS with " + remote + " failed: " + e.getMessage());
      return true;
    }
  }

  private boolean careLocked(long age) throws IOException {
    if (!gone) {
      stage.care(age);
      stage.expire(age, /* reading= */ false);
      if (voyage != null && !opened && voyage.isLate(age)) {
        fail("connect timeout: " + remote + " did not answer in " + voyage.patience());
      }
    }
    boolean there = voyage == null || opened || voyage.hasArrived();
    return there && stage.isSettled() && out.outbox.isEmpty();
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
    if (voyage != null && !opened) {
      voyage.look(); // as long as the descriptor can tell
    }
    try {
      boolean unsettled = !stage.isSettled();
      if (unsettled) {
        stage.closing(full);
        if (out.hasEarly() || (!full && !(stage instanceof Undecided))) {
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
      out.end();
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
    in.lock.lock(); // whoever cares for it now has finished then
    try {
      Caretaker.leave(this);
    } finally {
      in.lock.unlock();
    }
    if (report) {
      if (voyage != null) {
        voyage.over(opened);
      }
      readiness.leftover(false);
      if (opened) {
        wire.closed(this);
      }
    }
  }

  @Override
  public void retire() {
    end(new Dead(this, "the rules for its address have changed", /* quiet= */ true));
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
  public @Nullable Hello hello() {
    return hello;
  }

  @Override
  public @Nullable Passage passage() {
    return voyage == null ? null : voyage.passage();
  }

  @Override
  public long bytesSent() {
    return out.bytes();
  }

  @Override
  public long bytesReceived() {
    return in.bytes();
  }

  @Override
  public String toString() {
    return (outbound ? "to " : "from ") + remote + " at " + local;
  }
}
