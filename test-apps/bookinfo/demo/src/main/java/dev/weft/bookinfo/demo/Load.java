package dev.weft.bookinfo.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A number of requests in a closed loop of a few workers, each asking again as soon as it has its
 * answer: as fast as the applications allow. Fit for counting, not for saying when something began,
 * because slow answers keep the next requests back; see {@link SteadyLoad}.
 */
final class Load {

  private static final int WORKERS = 4;
  private static final long PROGRESS_MILLIS = 100;

  private final Shopper shopper;
  private final IntFunction<@Nullable String> users;
  private final int requests;
  private final AtomicInteger started = new AtomicInteger();
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();

  private Load(Shopper shopper, IntFunction<@Nullable String> users, int requests) {
    this.shopper = shopper;
    this.users = users;
    this.requests = requests;
  }

  /**
   * Sends so many requests and waits for all answers.
   *
   * @param users who sends the n-th request
   * @param progress is told now and then how many have been answered
   */
  static List<Sample> send(
      Shopper shopper, int requests, IntFunction<@Nullable String> users, IntConsumer progress)
      throws InterruptedException {
    Load load = new Load(shopper, users, requests);
    for (Thread worker : load.startWorkers()) {
      while (worker.isAlive()) {
        worker.join(PROGRESS_MILLIS);
        progress.accept(load.samples.size());
      }
    }
    return List.copyOf(load.samples);
  }

  private List<Thread> startWorkers() {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Thread worker = new Thread(this::work, "shopper-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
    return workers;
  }

  private void work() {
    try {
      for (int n; (n = started.getAndIncrement()) < requests; ) {
        samples.add(shopper.ask(users.apply(n)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
