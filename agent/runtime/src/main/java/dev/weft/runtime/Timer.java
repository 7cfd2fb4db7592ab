package dev.weft.runtime;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import dev.weft.engine.Scheduler;
import java.time.Duration;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of all adapters: a thread, which starts with the first task, and a heap.
 *
 * <p>Nearly every task is a timeout that is taken back: that only clears it, without a lock, and
 * what is cleared is thrown out when it is most of the heap. Not the JDK's scheduled executor,
 * which is woven: it would carry the application's context into tasks that have their own.
 */
final class Timer implements Scheduler {

  private static final int SMALL = 1024;

  private final ThreadFactory threads;
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition sooner = lock.newCondition();
  private final AtomicLong cleared = new AtomicLong();

  // Guarded by the lock.
  private final PriorityQueue<Task> heap = new PriorityQueue<>();
  private boolean started;

  /**
   * @param clock monotonic nanoseconds
   */
  Timer(ThreadFactory threads, LongSupplier clock) {
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public Mesh.Cancel after(Duration delay, Runnable work) {
    Task task = new Task(clock.getAsLong() + Math.max(delay.toNanos(), 0), work, cleared);
    lock.lock();
    try {
      if (!started) {
        started = true;
        threads.newThread(this::run).start();
      }
      if (heap.size() > SMALL && cleared.get() > heap.size() / 2) {
        purge();
      }
      heap.add(task);
      if (heap.peek() == task) {
        sooner.signal();
      }
    } finally {
      lock.unlock();
    }
    return task;
  }

  private void purge() {
    for (Iterator<Task> tasks = heap.iterator(); tasks.hasNext(); ) {
      if (tasks.next().isCleared()) {
        tasks.remove();
      }
    }
    cleared.set(0); // those cleared meanwhile are few, and found when they are due
  }

  /** Tasks in the heap, cleared ones included. */
  int size() {
    lock.lock();
    try {
      return heap.size();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      try {
        Runnable work = next().take();
        if (work != null) {
          work.run();
        }
      } catch (InterruptedException e) {
        // Nobody has reason to: the timer of all adapters goes on.
      } catch (RuntimeException | Error e) {
        Weft.suppressed("timer", e);
      }
    }
  }

  private Task next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Task first = heap.peek();
        long wait = first == null ? Long.MAX_VALUE : first.due - clock.getAsLong();
        if (first != null && wait <= 0) {
          heap.remove(); // the first
          return first;
        }
        boolean unused = sooner.await(wait, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private static final class Task extends AtomicReference<@Nullable Runnable>
      implements Mesh.Cancel, Comparable<Task> {
    private static final long serialVersionUID = 1L;

    private final long due;
    private final transient AtomicLong cleared;

    Task(long due, Runnable work, AtomicLong cleared) {
      super(work);
      this.due = due;
      this.cleared = cleared;
    }

    @Override
    public void cancel() {
      if (getAndSet(null) != null) {
        cleared.incrementAndGet();
      }
    }

    @Nullable Runnable take() {
      return getAndSet(null);
    }

    boolean isCleared() {
      return get() == null;
    }

    @Override
    public int compareTo(Task other) {
      return Long.compare(due - other.due, 0);
    }
  }
}
