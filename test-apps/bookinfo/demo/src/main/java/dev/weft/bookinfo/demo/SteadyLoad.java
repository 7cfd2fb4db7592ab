package dev.weft.bookinfo.demo;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests at a steady rate until it is closed, whether earlier ones have been answered or not: an
 * application that takes its time over its first answers does not keep back the requests that would
 * show since when a rule is obeyed.
 */
final class SteadyLoad implements AutoCloseable {

  private static final long PERIOD_MILLIS = 20;

  private final Shopper shopper;
  private final IntFunction<@Nullable String> users;
  private final AtomicInteger started = new AtomicInteger();
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService pace =
      Executors.newSingleThreadScheduledExecutor(daemons());
  private final ExecutorService askers = Executors.newCachedThreadPool(daemons());

  private SteadyLoad(Shopper shopper, IntFunction<@Nullable String> users) {
    this.shopper = shopper;
    this.users = users;
  }

  /**
   * Begins to send.
   *
   * @param users who sends the n-th request
   */
  static SteadyLoad start(Shopper shopper, IntFunction<@Nullable String> users) {
    SteadyLoad load = new SteadyLoad(shopper, users);
    load.pace.scheduleAtFixedRate(
        () -> load.askers.execute(load::ask), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return load;
  }

  /** What has been answered so far, in no particular order. */
  List<Sample> soFar() {
    return List.copyOf(samples);
  }

  /** Sends no more, and waits for the answers that are due; all of them. */
  List<Sample> stop() throws InterruptedException {
    end(pace);
    end(askers);
    return soFar();
  }

  /** Gives up the answers that are due. */
  @Override
  public void close() {
    pace.shutdownNow();
    askers.shutdownNow();
  }

  private void ask() {
    try {
      samples.add(shopper.ask(users.apply(started.getAndIncrement())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(ExecutorService executor) throws InterruptedException {
    executor.shutdown();
    // A request has its own time-out, so this ends.
    executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  private static ThreadFactory daemons() {
    return task -> {
      Thread thread = new Thread(task, "steady-shopper");
      thread.setDaemon(true);
      return thread;
    };
  }
}
