package dev.weft.bridge;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A mesh of which only the timer is real, and time stands still until it is turned. */
final class ManualMesh implements Mesh {

  private final class Task implements Cancel {
    private final long due;
    private final Runnable task;

    Task(long due, Runnable task) {
      this.due = due;
      this.task = task;
    }

    @Override
    public void cancel() {
      remove(this);
    }
  }

  // Guarded by this.
  private final List<Task> tasks = new ArrayList<>();
  private long now;

  private synchronized boolean remove(Task task) {
    return tasks.remove(task);
  }

  /** Timers that have neither run nor been taken back. */
  synchronized int timers() {
    return tasks.size();
  }

  /** Turns the clock, and runs what is due, in order, on this thread. */
  void turn(Duration by) {
    long until;
    synchronized (this) {
      until = now + by.toNanos();
    }
    while (true) {
      Task next;
      synchronized (this) {
        next =
            tasks.stream()
                .filter(task -> task.due <= until)
                .min(Comparator.comparingLong(task -> task.due))
                .orElse(null);
        now = next == null ? until : Math.max(now, next.due);
      }
      if (next == null) {
        return;
      }
      if (remove(next)) {
        next.task.run();
      }
    }
  }

  @Override
  public synchronized Cancel after(Duration delay, Runnable task) {
    Task added = new Task(now + delay.toNanos(), task);
    tasks.add(added);
    return added;
  }

  @Override
  public boolean owns(String scheme, String authority) {
    return true;
  }

  @Override
  public OutboundCall outbound(RequestHead head) {
    throw new UnsupportedOperationException("the loops are given their calls");
  }

  @Override
  public InboundCall inbound(Peer peer, RequestHead head) {
    throw new UnsupportedOperationException("the loops are given their calls");
  }

  @Override
  public void listening(InetSocketAddress local, String library) {}

  @Override
  public void closed(InetSocketAddress local) {}
}
