package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Weft;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs everything that one call tells the application, one thing after the other, on the executor
 * that the application chose: whichever try, timer or cancellation it comes from. In the mesh's
 * context of the caller.
 */
final class CallExecutor implements Executor, Runnable {

  private final Executor executor;
  private final @Nullable InboundCall context = Context.current();

  // Guarded by this.
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  CallExecutor(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this);
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        running = false;
        tasks.remove(task); // as gRPC's own: the caller hears of it
      }
      throw e;
    }
  }

  @Override
  public void run() {
    InboundCall before = Context.enter(context);
    try {
      for (Runnable task = next(); task != null; task = next()) {
        run(task);
      }
    } finally {
      Context.exit(before);
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = tasks.poll();
    running = task != null;
    return task;
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      Weft.suppressed("grpc", e); // gRPC logs such an exception and goes on
    }
  }
}
