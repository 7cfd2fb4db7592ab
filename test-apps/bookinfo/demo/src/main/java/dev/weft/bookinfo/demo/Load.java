package dev.weft.bookinfo.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of a few workers, each asking again as soon as it has its answer: until a number of
 * requests, or until it is stopped.
 */
final class Load {

  private static final int WORKERS = 4;

  private final Shopper shopper;
  private final IntFunction<@Nullable String> users;
  private final int limit;
  private final AtomicInteger started = new AtomicInteger();
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean stopped;

  private Load(Shopper shopper, IntFunction<@Nullable String> users, int limit) {
    this.shopper = shopper;
    this.users = users;
    this.limit = limit;
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
    load.startWorkers();
    while (load.workers.stream().anyMatch(Thread::isAlive)) {
      load.workers.get(0).join(100);
      progress.accept(load.samples.size());
    }
    return load.stop();
  }

  /** Sends requests until {@link #stop}. */
  static Load start(Shopper shopper, IntFunction<@Nullable String> users) {
    Load load = new Load(shopper, users, Integer.MAX_VALUE);
    load.startWorkers();
    return load;
  }

  /** What has been answered so far, in no particular order. */
  Iterable<Sample> soFar() {
    return samples;
  }

  /** Ends the workers after their current requests. */
  List<Sample> stop() throws InterruptedException {
    stopped = true;
    for (Thread worker : workers) {
      worker.join();
    }
    return List.copyOf(samples);
  }

  private void startWorkers() {
    for (int i = 0; i < WORKERS; i++) {
      Thread worker = new Thread(this::work, "shopper-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
  }

  private void work() {
    try {
      for (int n; !stopped && (n = started.getAndIncrement()) < limit; ) {
        samples.add(shopper.ask(users.apply(n)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
