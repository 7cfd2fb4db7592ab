package dev.weft.instrumentation.sockets.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counts operations that came through, and keeps what became of the others. */
public final class Tally {

  private static final int PATIENCE_SECONDS = 120;

  private final LongAdder passed = new LongAdder();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** One operation. */
  @FunctionalInterface
  public interface Operation {
    void run() throws Exception;
  }

  public void attempt(Operation operation) {
    try {
      operation.run();
      passed.increment();
    } catch (Exception | Error e) {
      failures.add(e);
    }
  }

  public long passed() {
    return passed.sum();
  }

  public List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** The first failures, for people. */
  public String describe() {
    StringWriter text = new StringWriter();
    failures.stream().limit(3).forEach(failure -> failure.printStackTrace(new PrintWriter(text)));
    return text.toString();
  }

  /** Runs the threads of a client to their ends; those that do not come there are failures. */
  public void all(ExecutorService executor, int threads, Worker worker)
      throws InterruptedException {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      tasks.add(
          () -> {
            attempt(() -> worker.run(number));
            passed.decrement(); // a thread is no operation
            return true;
          });
    }
    for (Future<Boolean> done : executor.invokeAll(tasks, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      if (done.isCancelled()) {
        failures.add(new IllegalStateException("a thread hangs"));
      }
    }
    executor.shutdownNow();
  }

  /** One thread of a client. */
  @FunctionalInterface
  public interface Worker {
    void run(int number) throws Exception;
  }
}
