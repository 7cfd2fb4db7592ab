package dev.weft.instrumentation.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Context;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubmissionsTest {

  private final InboundCall call = new Call();

  @AfterEach
  void leave() {
    Context.exit(null);
  }

  @Test
  void aTaskFindsItsCallOnTheWorker() {
    Runnable task = new Task();
    Context.enter(call);
    Submissions.submitted(task);

    Submissions.idle();
    assertThat(Context.current()).isNull();
    Submissions.taken(task);

    assertThat(Context.current()).isSameAs(call);
    Submissions.idle();
    assertThat(Context.current()).isNull();
  }

  @Test
  void aTaskSubmittedAgainByNobodyRunsForNobody() {
    Runnable task = new Task();
    Context.enter(call);
    Submissions.submitted(task);
    Context.exit(null);
    Submissions.submitted(task);

    Submissions.taken(task);

    assertThat(Context.current()).isNull();
  }

  @Test
  void tasksThatAreEqualButNotTheSameAreTwo() {
    Context.enter(call);
    Submissions.submitted(new Task());
    Submissions.idle();

    Submissions.taken(new Task());

    assertThat(Context.current()).isNull();
  }

  @Test
  void aTaskThatIsNeverRunLeavesNothingBehind() {
    int before = Submissions.waiting();
    Context.enter(call);
    Submissions.submitted(new Task());

    Awaitility.await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(Submissions.waiting()).isEqualTo(before);
            });
  }

  @Test
  void aFutureCarriesItsCallItself() {
    int before = Submissions.waiting();
    Context.enter(call);
    Submissions.submitted(new FutureTask<>(() -> "carried inside"));

    assertThat(Submissions.waiting()).isEqualTo(before);
  }

  @Test
  void aPooledThreadClassIsNotFollowed() {
    int before = Submissions.waiting();
    Context.enter(call);
    Submissions.starting(new Thread() {});

    assertThat(Submissions.waiting()).isEqualTo(before);
  }

  @Test
  void withoutACallNothingIsWrapped() {
    Runnable task = new Task();
    Callable<String> callable = () -> "x";

    assertThat(Carry.runnable(task)).isSameAs(task);
    assertThat(Carry.callable(callable)).isSameAs(callable);
    assertThat(Carry.detached(task)).isSameAs(task);
  }

  @Test
  void nullStaysNullForTheApplicationsOwnCheck() {
    Context.enter(call);

    assertThat(Carry.runnable(null)).isNull();
    assertThat(Carry.supplier(null)).isNull();
    assertThat(Carry.detached(null)).isNull();
  }

  @Test
  void aWrappedTaskIsNotWrappedTwice() {
    Context.enter(call);
    Runnable once = Carry.runnable(new Task());

    assertThat(Carry.runnable(once)).isSameAs(once);
    assertThat(once).hasToString("task");
  }

  /** Equal to every other, as an application's tasks may be. */
  private record Task() implements Runnable {
    @Override
    public void run() {}

    @Override
    public String toString() {
      return "task";
    }
  }

  private static final class Call implements InboundCall {
    @Override
    public Verdict verdict() {
      return new Verdict.Pass(HeaderEdits.NONE);
    }

    @Override
    public HeaderEdits responding(int status, @Nullable Headers headers) {
      return HeaderEdits.NONE;
    }

    @Override
    public void finished(int status, Completion completion) {}
  }
}
