package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Mesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimerTest {

  private final AtomicInteger threads = new AtomicInteger();
  private final Timer timer =
      new Timer(
          task -> {
            threads.incrementAndGet();
            return AgentThreads.lent("test").newThread(task);
          },
          System::nanoTime);
  private final LinkedBlockingQueue<String> ran = new LinkedBlockingQueue<>();

  private String next() throws InterruptedException {
    return ran.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void runsTasksInTheOrderOfTheirTimes() throws InterruptedException {
    timer.after(Duration.ofMillis(60), () -> ran.add("third"));
    timer.after(Duration.ofMillis(30), () -> ran.add("second"));
    timer.after(Duration.ZERO, () -> ran.add("first"));

    assertThat(next()).isEqualTo("first");
    assertThat(next()).isEqualTo("second");
    assertThat(next()).isEqualTo("third");
    assertThat(threads).hasValue(1);
  }

  @Test
  void neverRunsEarly() throws InterruptedException {
    long begin = System.nanoTime();
    timer.after(Duration.ofMillis(20), () -> ran.add("late"));

    assertThat(next()).isEqualTo("late");
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
  }

  @Test
  void takesTasksBack() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    timer.after(
        Duration.ZERO,
        () -> {
          try {
            busy.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    Mesh.Cancel cancelled = timer.after(Duration.ZERO, () -> ran.add("cancelled"));
    cancelled.cancel();
    cancelled.cancel(); // once more is nothing
    timer.after(Duration.ZERO, () -> ran.add("kept"));
    busy.countDown();

    assertThat(next()).isEqualTo("kept");
  }

  @Test
  void survivesATaskThatFails() throws InterruptedException {
    timer.after(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("task");
        });
    timer.after(Duration.ofMillis(5), () -> ran.add("next"));

    assertThat(next()).isEqualTo("next");
  }

  @Test
  void timeoutsThatAreTakenBackDoNotPileUp() {
    for (int i = 0; i < 100_000; i++) {
      timer.after(Duration.ofMinutes(1), () -> ran.add("never")).cancel();
    }

    assertThat(timer.size()).isLessThan(4096);
  }

  @Test
  void everyTaskRunsOnceWhateverTheThreads() throws InterruptedException {
    int tasks = 8 * 1000;
    CountDownLatch done = new CountDownLatch(tasks / 2);
    AtomicInteger runs = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      Thread caller =
          new Thread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  timer.after(Duration.ofNanos(i * 10_000L), count(runs, done));
                  timer.after(Duration.ofMinutes(1), count(runs, done)).cancel();
                }
              });
      callers.add(caller);
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).hasValue(tasks / 2);
  }

  private static Runnable count(AtomicInteger runs, CountDownLatch done) {
    return () -> {
      runs.incrementAndGet();
      done.countDown();
    };
  }
}
