package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.bridge.Context;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.ScriptedMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The inbound call goes along with the work, and nowhere else. */
@Timeout(60)
class ContextContract {

  private static final ScriptedMesh MESH = ScriptedMesh.INSTANCE;

  private final InboundCall call = call("/one");

  static InboundCall call(String target) {
    return MESH.inbound(
        new Peer(null, null), new RequestHead("test", "GET", "http", "", target, Headers.NONE));
  }

  @AfterEach
  void leave() {
    Context.exit(null);
    assertThat(MESH.suppressed()).isEmpty();
  }

  private <T> T within(Callable<T> work) throws Exception {
    InboundCall before = Context.enter(call);
    try {
      return work.call();
    } finally {
      Context.exit(before);
    }
  }

  /** A task as an application writes it. */
  private static final class Task implements Runnable {
    final CompletableFuture<Boolean> ran = new CompletableFuture<>();
    volatile @Nullable InboundCall seen;

    @Override
    public void run() {
      seen = Context.current();
      ran.complete(true);
    }

    @Nullable InboundCall seen() throws Exception {
      Replies.get(ran);
      return seen;
    }
  }

  private void executed(ExecutorService executor) throws Exception {
    try {
      Task executed = new Task();
      Task submitted = new Task();
      within(
          () -> {
            executor.execute(executed);
            return executor.submit(submitted);
          });
      Future<InboundCall> called = within(() -> executor.submit(Context::current));
      List<Callable<InboundCall>> tasks = List.of(Context::current, Context::current);
      List<Future<InboundCall>> all = within(() -> executor.invokeAll(tasks));

      assertThat(executed.seen()).as("execute").isSameAs(call);
      assertThat(submitted.seen()).as("submit Runnable").isSameAs(call);
      assertThat(called.get()).as("submit Callable").isSameAs(call);
      assertThat(all.get(1).get()).as("invokeAll").isSameAs(call);

      for (int i = 0; i < 20; i++) { // every thread of the pool is free of it again
        Task after = new Task();
        executor.execute(after);
        assertThat(after.seen()).as("afterwards").isNull();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void threadPools() throws Exception {
    executed(Executors.newFixedThreadPool(2));
    executed(Executors.newCachedThreadPool());
    executed(Executors.newSingleThreadExecutor());
  }

  @Test
  void scheduledPools() throws Exception {
    executed(Executors.newScheduledThreadPool(2));
  }

  @Test
  void forkJoinPools() throws Exception {
    executed(new ForkJoinPool(2));
    executed(Executors.newWorkStealingPool());
  }

  @Test
  void virtualThreads() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "no virtual threads");
    ExecutorService executor =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    executed(executor);
    Task task = new Task();
    within(() -> Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task));
    assertThat(task.seen()).isSameAs(call);
  }

  @Test
  void threads() throws Exception {
    Task task = new Task();
    within(
        () -> {
          new Thread(task).start();
          return task;
        });

    assertThat(task.seen()).isSameAs(call);
  }

  @Test
  void completionServices() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    ExecutorCompletionService<InboundCall> service = new ExecutorCompletionService<>(pool);
    within(() -> service.submit(Context::current));

    assertThat(service.take().get()).isSameAs(call);
    pool.shutdownNow();
  }

  @Test
  void delayedTasks() throws Exception {
    ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    Future<InboundCall> delayed =
        within(() -> scheduler.schedule(Context::current, 10, TimeUnit.MILLISECONDS));

    assertThat(delayed.get()).isSameAs(call);
    scheduler.shutdownNow();
  }

  @Test
  void aPeriodicTaskWorksForNobody() throws Exception {
    ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    Task fixedRate = new Task();
    Task fixedDelay = new Task();
    within(
        () -> {
          scheduler.scheduleAtFixedRate(fixedRate, 0, 10, TimeUnit.MILLISECONDS);
          return scheduler.scheduleWithFixedDelay(fixedDelay, 0, 10, TimeUnit.MILLISECONDS);
        });

    assertThat(fixedRate.seen()).isNull();
    assertThat(fixedDelay.seen()).isNull();
    scheduler.shutdownNow();
  }

  @Test
  void asynchronousStages() throws Exception {
    Executor pool = Executors.newFixedThreadPool(2);
    CompletableFuture<Boolean> all =
        within(
            () -> {
              CompletableFuture<Boolean> first =
                  CompletableFuture.supplyAsync(this::here)
                      .thenApplyAsync(ok -> ok && here())
                      .thenComposeAsync(ok -> CompletableFuture.supplyAsync(() -> ok && here()))
                      .thenCombineAsync(
                          CompletableFuture.runAsync(() -> {}, pool), (ok, none) -> ok && here())
                      .handleAsync((ok, failure) -> ok && here(), pool);
              return first.thenApply(ok -> ok && here());
            });

    assertThat(Replies.get(all)).isTrue();
  }

  private boolean here() {
    return Context.current() == call;
  }

  @Test
  void stagesThatSomebodyElseCompletes() throws Exception {
    CompletableFuture<String> source = new CompletableFuture<>();
    List<CompletableFuture<Boolean>> stages = new ArrayList<>();
    within(
        () -> {
          stages.add(source.thenApply(x -> here()));
          stages.add(source.handle((x, failure) -> here()));
          stages.add(source.thenCompose(x -> CompletableFuture.completedFuture(here())));
          stages.add(source.thenCombine(source, (x, y) -> here()));
          stages.add(source.applyToEither(new CompletableFuture<>(), x -> here()));
          CompletableFuture<Boolean> when = new CompletableFuture<>();
          source.whenComplete((x, failure) -> when.complete(here()));
          stages.add(when);
          CompletableFuture<Boolean> accept = new CompletableFuture<>();
          source.thenAccept(x -> accept.complete(here()));
          stages.add(accept);
          CompletableFuture<Boolean> run = new CompletableFuture<>();
          source.thenRun(() -> run.complete(here()));
          stages.add(run);
          CompletableFuture<Boolean> failed = new CompletableFuture<>();
          source
              .<Boolean>thenApply(
                  x -> {
                    throw new IllegalStateException("on purpose");
                  })
              .exceptionally(failure -> failed.complete(here()));
          stages.add(failed);
          return stages;
        });

    Thread other = new Thread(() -> source.complete("done"));
    other.start();
    other.join();

    for (int i = 0; i < stages.size(); i++) {
      assertThat(Replies.get(stages.get(i))).as("stage " + i).isTrue();
    }
  }

  @Test
  void whoeverCompletesAStageKeepsHisOwn() throws Exception {
    CompletableFuture<String> source = new CompletableFuture<>();
    within(() -> source.thenApply(x -> x));
    InboundCall mine = call("/mine");

    InboundCall before = Context.enter(mine);
    source.complete("done");

    assertThat(Context.current()).isSameAs(mine);
    Context.exit(before);
  }

  @Test
  void aTaskThatFailsLeavesNothingBehind() throws Exception {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
    CountDownLatch dead = new CountDownLatch(1);
    pool.setThreadFactory(
        task -> {
          Thread thread = new Thread(task);
          thread.setUncaughtExceptionHandler((t, failure) -> dead.countDown());
          return thread;
        });
    within(
        () -> {
          pool.execute(
              () -> {
                throw new IllegalStateException("on purpose");
              });
          return pool;
        });
    assertThat(dead.await(10, TimeUnit.SECONDS)).isTrue();
    Task after = new Task();
    pool.execute(after);

    assertThat(after.seen()).isNull();
    pool.shutdownNow();
  }

  @Test
  void aQueuedTaskIsTheApplicationsOwn() throws Exception {
    LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    List<Runnable> seen = new ArrayList<>();
    CountDownLatch blocked = new CountDownLatch(1);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, queue) {
          @Override
          protected void beforeExecute(Thread thread, Runnable task) {
            seen.add(task);
          }
        };
    Runnable blocking = () -> await(blocked);
    Task removed = new Task();
    within(
        () -> {
          pool.execute(blocking);
          pool.execute(removed);
          return pool;
        });

    assertThat(queue).containsExactly(removed);
    assertThat(pool.remove(removed)).isTrue();
    blocked.countDown();
    Task last = new Task();
    pool.execute(last);
    assertThat(last.seen()).isNull();
    assertThat(seen).containsExactly(blocking, last);
    pool.shutdownNow();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void tasksThatAreOrderedStayOrdered() throws Exception {
    record Ordered(int rank, List<Integer> order, CountDownLatch all)
        implements Runnable, Comparable<Ordered> {
      @Override
      public void run() {
        order.add(rank);
        all.countDown();
      }

      @Override
      public int compareTo(Ordered other) {
        return Integer.compare(rank, other.rank);
      }
    }
    List<Integer> order = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(3);
    CountDownLatch blocked = new CountDownLatch(1);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new PriorityBlockingQueue<>());
    pool.execute(() -> await(blocked));
    within(
        () -> {
          for (int rank : new int[] {3, 1, 2}) {
            pool.execute(new Ordered(rank, order, all));
          }
          return pool;
        });
    blocked.countDown();

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly(1, 2, 3);
    pool.shutdownNow();
  }

  @Test
  void aRejectedTaskIsTheApplicationsOwn() throws Exception {
    List<Runnable> rejected = new ArrayList<>();
    CountDownLatch blocked = new CountDownLatch(1);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(1),
            (task, executor) -> rejected.add(task));
    Task third = new Task();
    within(
        () -> {
          pool.execute(() -> await(blocked));
          pool.execute(() -> {});
          pool.execute(third);
          return pool;
        });

    assertThat(rejected).containsExactly(third);
    blocked.countDown();
    pool.shutdownNow();
  }

  @Test
  void anExecutorThatIsMadeInARequestForgetsIt() throws Exception {
    ForkJoinPool lazy = within(() -> new ForkJoinPool(1));
    within(() -> lazy.submit(() -> {}).get());
    CompletableFuture<@Nullable InboundCall> seen = new CompletableFuture<>();
    lazy.execute(() -> seen.complete(Context.current()));

    assertThat(Replies.get(seen)).isNull();
    ScheduledThreadPoolExecutor timer = within(() -> new ScheduledThreadPoolExecutor(1));
    within(timer::prestartCoreThread);
    Task after = new Task();
    timer.execute(after);
    assertThat(after.seen()).isNull();
    lazy.shutdownNow();
    timer.shutdownNow();
  }
}
