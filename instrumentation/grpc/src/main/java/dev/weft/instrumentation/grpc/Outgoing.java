package dev.weft.instrumentation.grpc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The application's half of one call: what it sends is written to the current try in order, by one
 * thread at a time, and kept for the next try while that may be needed.
 *
 * <p>Whoever finds nobody writing writes, for all; a try is never called under the lock. A try is
 * cancelled by the same hands, because gRPC's calls do not bear writing and cancelling at once.
 */
final class Outgoing<Q> {

  /** A message, the end of them, or a setting in between. */
  interface Operation<Q> {
    void apply(MeshTry<Q, ?> attempt);
  }

  /** So many operations may lie behind the current one before the list is cut. */
  private static final int SLACK = 64;

  // Guarded by this.
  private final List<Operation<Q>> operations = new ArrayList<>();
  private final Queue<MeshTry<Q, ?>> broken = new ArrayDeque<>();
  private int next;
  private int requested;
  private int newest;
  private boolean keeping = true;
  private boolean writing;
  private boolean asked;
  private @Nullable MeshTry<Q, ?> current;

  void add(Operation<Q> operation) {
    synchronized (this) {
      operations.add(operation);
    }
    write();
  }

  /** The application is ready for so many more messages. */
  void request(int messages) {
    MeshTry<Q, ?> attempt;
    synchronized (this) {
      requested = saturated(requested + (long) messages);
      attempt = current;
    }
    if (attempt != null) {
      attempt.request(messages);
    }
  }

  /**
   * Another try has begun: it gets everything from the start, which must have been kept. Not if it
   * is broken or over already, or if another one has begun since.
   */
  void begin(MeshTry<Q, ?> attempt) {
    int messages;
    synchronized (this) {
      if (attempt.isBroken() || attempt.isOver() || attempt.number() < newest) {
        return;
      }
      newest = attempt.number();
      current = attempt;
      next = 0;
      messages = requested;
    }
    if (messages > 0) {
      attempt.request(messages);
    }
    write();
  }

  /** This try is to be broken, in the way that it knows. */
  void abort(MeshTry<Q, ?> attempt) {
    synchronized (this) {
      attempt.breaking();
      broken.add(attempt);
      if (current == attempt) {
        current = null;
      }
    }
    write();
  }

  /** This try is over; what the application does meanwhile waits for the next one. */
  synchronized void end(MeshTry<Q, ?> attempt) {
    attempt.over();
    if (current == attempt) {
      current = null;
    }
  }

  synchronized @Nullable MeshTry<Q, ?> current() {
    return current;
  }

  /** There will not be another try, or it would need more than may be kept. */
  synchronized void forget() {
    keeping = false;
    if (!writing) {
      trim();
    }
  }

  /** Whether everything so far could be sent once more. */
  synchronized boolean isKept() {
    return keeping;
  }

  /** Whether the application should send more now; if not, it is told when it should. */
  boolean isReady() {
    MeshTry<Q, ?> attempt;
    synchronized (this) {
      attempt = current;
      if (writing || attempt == null) {
        asked = true; // gRPC may have told it already, and will not again
        return false;
      }
    }
    return attempt.isReady();
  }

  private void write() {
    synchronized (this) {
      if (writing) {
        return;
      }
      writing = true;
    }
    boolean done = false;
    try {
      while (step()) {
        // One operation or cancellation after the other.
      }
      done = true;
    } finally {
      if (!done) {
        release(); // an Error of the application's marshaller: it is the caller's to see
      }
    }
  }

  private boolean step() {
    MeshTry<Q, ?> cancelled;
    MeshTry<Q, ?> attempt;
    Operation<Q> operation = null;
    synchronized (this) {
      cancelled = broken.poll();
      attempt = current;
      if (cancelled == null && attempt != null && next < operations.size()) {
        operation = operations.get(next++);
        trim();
      }
      if (cancelled == null && operation == null) {
        writing = false;
        attempt = asked ? current : null;
      }
    }
    if (cancelled != null) {
      cancelled.cancelNow();
      return true;
    }
    if (operation != null && attempt != null) {
      operation.apply(attempt);
      return true;
    }
    // The application asked while this was in the way. Whoever is not ready may never be: then it
    // is for the next try to say.
    if (attempt != null && attempt.isReady() && wasAsked()) {
      attempt.readyAgain();
    }
    return false;
  }

  private synchronized boolean wasAsked() {
    boolean before = asked;
    asked = false;
    return before;
  }

  private synchronized void release() {
    writing = false;
  }

  private void trim() {
    if (!keeping && (next == operations.size() || next > SLACK)) {
      operations.subList(0, next).clear();
      next = 0;
    }
  }

  private static int saturated(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }
}
