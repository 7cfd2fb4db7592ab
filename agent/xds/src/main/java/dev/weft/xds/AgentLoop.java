package dev.weft.xds;

import dev.weft.bridge.Guard;
import dev.weft.xds.http2.Loop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The loop on a thread of the agent. */
public final class AgentLoop implements Loop {

  private final String role;
  private final @Nullable Object mark;
  private final ControlLog log;
  private final ScheduledThreadPoolExecutor executor;

  /** None of whose traffic is woven. */
  AgentLoop(ControlLog log) {
    this("control", Guard.AGENT, log);
  }

  /**
   * @param role in the names of its threads
   * @param mark of its threads; null: what they do is woven
   */
  public AgentLoop(String role, @Nullable Object mark, ControlLog log) {
    this.role = role;
    this.mark = mark;
    this.log = log;
    this.executor = new ScheduledThreadPoolExecutor(1, task -> thread("weft-" + role, task));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private Thread thread(String name, Runnable task) {
    Runnable marked =
        () -> {
          Guard.enter(mark);
          task.run();
        };
    // Nothing of the thread that happens to start us is inherited.
    Thread thread = new Thread(null, marked, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(AgentLoop.class.getClassLoader());
    return thread;
  }

  @Override
  public Thread start(String name, Runnable task) {
    Thread thread = thread("weft-" + role + "-" + name, task);
    thread.start();
    return thread;
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      // Closed: whoever still has news is too late.
    }
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  // A bug must not end the loop, nor be silent.
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      StackTraceElement[] trace = e.getStackTrace();
      log.warn(role + " client: " + e + (trace.length == 0 ? "" : " at " + trace[0]));
    }
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  /** No task is begun any more, but for those that are due. */
  public void close() {
    executor.shutdown();
  }
}
