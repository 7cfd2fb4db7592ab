package dev.weft.engine;

import dev.weft.bridge.Mesh;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock and a timer that stand still until they are turned. */
final class ManualTime implements LongSupplier, Scheduler {

  // Close to the overflow of a long: the engine may only ever compare differences.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>((a, b) -> Long.compare(a.due - now.get(), b.due - now.get()));

  @Override
  public long getAsLong() {
    return now.get();
  }

  @Override
  public synchronized Mesh.Cancel after(Duration delay, Runnable work) {
    Task task = new Task(now.get() + delay.toNanos(), work);
    tasks.add(task);
    return () -> {
      synchronized (ManualTime.this) {
        tasks.remove(task);
      }
    };
  }

  /** Lets time pass; what falls due runs here, in order. */
  void advance(Duration duration) {
    long until = now.get() + duration.toNanos();
    while (true) {
      Task due;
      synchronized (this) {
        due = tasks.peek();
        if (due == null || due.due - until > 0) {
          break;
        }
        tasks.remove(due);
        now.set(due.due);
      }
      due.work.run();
    }
    now.set(until);
  }

  private record Task(long due, Runnable work) {}
}
