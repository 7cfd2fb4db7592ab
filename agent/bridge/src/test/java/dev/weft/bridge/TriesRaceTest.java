package dev.weft.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/**
 * Answer, timeout and cancellation at the same moment, some hundred times: one of them ends the
 * call, for the application and for the engine, and no timer stays behind.
 */
@Timeout(30)
class TriesRaceTest {

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static final Random SEEDS = new Random(seed());

  private static long seed() {
    long seed = Long.getLong("tries.seed", System.nanoTime());
    System.out.println("seed " + seed + " (-Dtries.seed)");
    return seed;
  }

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
  }

  private final ManualMesh mesh = new ManualMesh();
  private final Random random = new Random(SEEDS.nextLong());

  /** Runs these at the same moment, and waits for all. */
  private void together(Runnable... tasks) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(tasks.length);
    CountDownLatch done = new CountDownLatch(tasks.length);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    for (Runnable task : tasks) {
      int spins = random.nextInt(200);
      THREADS.execute(
          () -> {
            try {
              barrier.await();
              for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
              }
              task.run();
            } catch (Throwable t) {
              thrown.set(t);
            } finally {
              done.countDown();
            }
          });
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(thrown.get()).isNull();
  }

  private static void endedOnce(RecordedCall call) {
    boolean finished = call.count("finished") == 1;
    boolean cancelled = call.count("cancelled") == 1;
    assertThat(call.events).doesNotContain("asked twice at the same time");
    assertThat(call.count("finished")).isLessThanOrEqualTo(1);
    assertThat(call.count("cancelled")).isLessThanOrEqualTo(1);
    assertThat(finished && cancelled).as(call.events.toString()).isFalse();
  }

  @RepeatedTest(400)
  void asynchronous() throws Exception {
    RecordedCall call =
        new RecordedCall(
            Steps.send(1, Duration.ofSeconds(1)),
            asked ->
                asked.outcomes.get(0) instanceof Outcome.Head
                    ? new Step.Deliver(HeaderEdits.NONE)
                    : new Step.Answer(504, HeaderEdits.NONE, new byte[0]));
    AtomicInteger ends = new AtomicInteger();
    AtomicReference<AsyncTries.Attempt> attempt = new AtomicReference<>();
    AsyncTries tries =
        new AsyncTries(
            mesh,
            call,
            new AsyncTries.Library() {
              @Override
              public void send(Step.Send send, AsyncTries.Attempt given) {
                attempt.set(given);
              }

              @Override
              public void local(Step.Answer answer) {
                ends.incrementAndGet();
              }

              @Override
              public void fail(Throwable failure) {
                ends.incrementAndGet();
              }

              @Override
              public boolean replayable() {
                return true;
              }
            });
    tries.start();

    together(
        () -> {
          AsyncTries.Delivery delivery = attempt.get().head(Steps.head(200));
          if (delivery != null) {
            ends.incrementAndGet();
            delivery.ending().finished(1, Headers.NONE, null);
          }
        },
        () -> {
          if (tries.cancel()) {
            ends.incrementAndGet();
          }
        },
        () -> mesh.turn(Duration.ofSeconds(2)));

    assertThat(ends).as(call.events.toString()).hasValue(1);
    endedOnce(call);
    assertThat(mesh.timers()).isZero();
  }

  @RepeatedTest(400)
  void waiting() throws Exception {
    CompletableFuture<Void> signal = new CompletableFuture<>();
    RecordedCall call =
        new RecordedCall(
            RecordedCall.always(new Step.Wait(Duration.ofSeconds(1), signal)), Steps.answer(418));
    AtomicInteger ends = new AtomicInteger();
    AsyncTries tries = new AsyncTries(mesh, call, new Counting(ends));
    tries.start();

    together(
        () -> signal.complete(null),
        () -> {
          if (tries.cancel()) {
            ends.incrementAndGet();
          }
        },
        () -> mesh.turn(Duration.ofSeconds(2)));

    assertThat(ends).as(call.events.toString()).hasValue(1);
    assertThat(call.count("resume")).isLessThanOrEqualTo(1);
    endedOnce(call);
    assertThat(mesh.timers()).isZero();
  }

  private record Counting(AtomicInteger ends) implements AsyncTries.Library {
    @Override
    public void send(Step.Send send, AsyncTries.Attempt attempt) {
      throw new AssertionError("nothing is sent");
    }

    @Override
    public void local(Step.Answer answer) {
      ends.incrementAndGet();
    }

    @Override
    public void fail(Throwable failure) {
      ends.incrementAndGet();
    }

    @Override
    public boolean replayable() {
      return true;
    }
  }

  @RepeatedTest(400)
  void blocking() throws Exception {
    RecordedCall call =
        new RecordedCall(
            Steps.send(1, Duration.ofSeconds(1)),
            asked ->
                asked.outcomes.get(0) instanceof Outcome.Head
                    ? new Step.Deliver(HeaderEdits.NONE)
                    : new Step.Answer(504, HeaderEdits.NONE, new byte[0]));
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    AtomicInteger discarded = new AtomicInteger();
    BlockingTries<String> tries = new BlockingTries<>(mesh, call, new Awaiting(answer, discarded));
    CompletableFuture<String> result = new CompletableFuture<>();
    AtomicInteger cancels = new AtomicInteger();

    together(
        () -> {
          try {
            result.complete(tries.run());
          } catch (IOException e) {
            result.complete("thrown");
          }
        },
        () -> answer.complete(200),
        () -> {
          if (tries.cancel()) {
            cancels.incrementAndGet();
          }
        },
        () -> mesh.turn(Duration.ofSeconds(2)));

    String seen = result.get(10, TimeUnit.SECONDS);
    assertThat(call.count("cancelled")).isEqualTo(cancels.get());
    assertThat(seen.equals("thrown")).as(seen + call.events).isEqualTo(cancels.get() == 1);
    endedOnce(call);
    assertThat(mesh.timers()).as(seen + call.events).isZero();
  }

  /** Blocks for its answer, until it is aborted. */
  private record Awaiting(CompletableFuture<Integer> answer, AtomicInteger discarded)
      implements BlockingTries.Library<String> {
    @Override
    public String send(Step.Send send, BlockingTries.Attempt attempt) throws IOException {
      attempt.onAbort(() -> answer.completeExceptionally(new IOException("closed")));
      try {
        return String.valueOf(answer.get(10, TimeUnit.SECONDS));
      } catch (Exception e) {
        throw new IOException(e);
      }
    }

    @Override
    public Outcome.Head head(String response) {
      return Steps.head(Integer.parseInt(response));
    }

    @Override
    public Outcome.Failed failed(Throwable failure) {
      return new Outcome.Failed(Outcome.Kind.RESET, failure, true);
    }

    @Override
    public void discard(String response) {
      discarded.incrementAndGet();
    }

    @Override
    public String local(Step.Answer local) {
      return "local";
    }

    @Override
    public String deliver(String response, HeaderEdits edits, Ending ending) {
      ending.finished(1, Headers.NONE, null);
      return "delivered";
    }
  }
}
