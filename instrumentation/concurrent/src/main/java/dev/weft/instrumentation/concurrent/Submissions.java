package dev.weft.instrumentation.concurrent;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Tasks and threads that must stay the very objects that the application handed over: their calls
 * wait beside them.
 *
 * <p>Limits: a Runnable that is queued twice at the same time runs once in the call of who queued
 * it last, and once in none. A thread is followed when it is a plain {@link Thread} with a
 * Runnable; classes of its own (Netty's, Tomcat's, fork-join workers, timers) are pools that
 * outlive the request that happens to start them.
 */
public final class Submissions {

  private static final WeakTable TASKS = new WeakTable();
  private static final WeakTable THREADS = new WeakTable();

  private Submissions() {}

  /** {@code ThreadPoolExecutor.execute}: the task is about to be queued. */
  public static void submitted(@Nullable Runnable task) {
    if (task == null || carriesItsOwn(task)) {
      return;
    }
    InboundCall call = Context.current();
    if (call != null) {
      TASKS.put(task, call);
    } else {
      TASKS.take(task); // queued before for somebody, but never run
    }
  }

  /** A worker asks for its next task: it works for nobody any more. */
  public static void idle() {
    if (Context.current() != null) {
      Context.exit(null);
    }
  }

  /** A worker got this task (null: none, it ends) and runs it next. */
  public static void taken(@Nullable Runnable task) {
    if (task == null) {
      return;
    }
    InboundCall call = TASKS.take(task);
    if (call != null) {
      Context.enter(call); // until the worker asks for its next task
    }
  }

  /** {@code Thread.start}, on the thread that starts it. */
  public static void starting(Thread thread) {
    if (thread.getClass() != Thread.class) {
      return;
    }
    InboundCall call = Context.current();
    if (call != null) {
      THREADS.put(thread, call);
    }
  }

  /** {@code Thread.run}, on the new thread. */
  public static void running(Thread thread) {
    if (thread.getClass() != Thread.class) {
      return;
    }
    InboundCall call = THREADS.take(thread);
    if (call != null && thread == Thread.currentThread()) {
      Context.enter(call); // until the thread ends, or its pool's worker asks for a task
    }
  }

  /** How many calls wait beside a task or a thread that has not run yet. */
  static int waiting() {
    return TASKS.size() + THREADS.size();
  }

  private static boolean carriesItsOwn(Runnable task) {
    return task instanceof FutureTask
        || task instanceof CompletableFuture.AsynchronousCompletionTask
        || task instanceof Carried;
  }
}
