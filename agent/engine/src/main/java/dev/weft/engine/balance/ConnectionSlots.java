package dev.weft.engine.balance;

import dev.weft.engine.config.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's limit of a cluster's connections, for requests that have one for themselves (HTTP/1.1):
 * who comes too late waits, in order, as long as not too many do. The connections are the
 * application's own, so requests in flight are counted, not connections that idle in its pool.
 * Connections without requests are counted as such, and none of them waits. It outlives
 * configurations.
 */
public final class ConnectionSlots {

  private volatile long most = Limits.UNLIMITED;

  // Guarded by this.
  private final Deque<Slot> waiting = new ArrayDeque<>();
  private long mostWaiting = Limits.UNLIMITED;
  private long used;

  ConnectionSlots() {}

  void setLimits(long connections, long pending) {
    List<Slot> lucky;
    synchronized (this) {
      most = connections;
      mostWaiting = pending;
      lucky = serve();
    }
    lucky.forEach(Slot::grant);
  }

  /** Whether anybody must ask. */
  public boolean isLimited() {
    return most < Limits.UNLIMITED;
  }

  /** A slot, granted now or later; null when too many wait already. */
  public synchronized @Nullable Slot ask() {
    if (waiting.isEmpty() && used < most) {
      used++;
      return new Slot(/* granted= */ true);
    }
    if (waiting.size() >= mostWaiting) {
      return null;
    }
    Slot slot = new Slot(/* granted= */ false);
    waiting.add(slot);
    return slot;
  }

  /** A slot that is granted; null when none is free. */
  public synchronized @Nullable Slot take() {
    if (used >= most) {
      return null;
    }
    used++;
    return new Slot(/* granted= */ true);
  }

  private List<Slot> serve() {
    List<Slot> lucky = new ArrayList<>(1);
    while (used < most && !waiting.isEmpty()) {
      used++;
      lucky.add(waiting.remove());
    }
    return lucky;
  }

  private void giveBack(Slot slot) {
    List<Slot> lucky;
    synchronized (this) {
      if (slot.over) {
        return;
      }
      slot.over = true;
      if (!waiting.remove(slot)) {
        used--;
      }
      lucky = serve();
    }
    lucky.forEach(Slot::grant); // without the lock: others may hang on to it
  }

  /** The right to one connection, or the place in the queue for it. */
  public final class Slot {

    private final CompletableFuture<@Nullable Void> granted = new CompletableFuture<>();
    private boolean over; // guarded by the slots

    private Slot(boolean granted) {
      if (granted) {
        grant();
      }
    }

    private void grant() {
      granted.complete(null);
    }

    public boolean isGranted() {
      return granted.isDone();
    }

    /** Completes when it is granted, on the thread of whoever gave back another. */
    public CompletionStage<@Nullable Void> granted() {
      return granted;
    }

    /** Gives it back, granted or not; once or more often. */
    public void end() {
      giveBack(this);
    }
  }
}
