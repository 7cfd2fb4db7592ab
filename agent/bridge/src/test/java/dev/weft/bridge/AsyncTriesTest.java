package dev.weft.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncTriesTest {

  private final ManualMesh mesh = new ManualMesh();
  private final Recorded library = new Recorded();

  /** A library that does nothing by itself. */
  private static final class Recorded implements AsyncTries.Library {
    final List<AsyncTries.Attempt> attempts = new ArrayList<>();
    final List<Integer> aborted = new ArrayList<>();
    final List<@Nullable InboundCall> contexts = new ArrayList<>();
    final List<String> seen = new ArrayList<>();
    @Nullable RuntimeException refusal;

    @Override
    public void send(Step.Send send, AsyncTries.Attempt attempt) {
      contexts.add(Context.current());
      int number = attempts.size();
      attempts.add(attempt);
      attempt.onAbort(() -> aborted.add(number));
      if (refusal != null) {
        throw refusal;
      }
    }

    @Override
    public void local(Step.Answer answer) {
      seen.add("local " + answer.status());
    }

    @Override
    public void fail(Throwable failure) {
      seen.add("failed " + failure);
    }

    @Override
    public boolean replayable() {
      return true;
    }

    AsyncTries.Attempt last() {
      return attempts.get(attempts.size() - 1);
    }
  }

  private AsyncTries tries(RecordedCall call) {
    return new AsyncTries(mesh, call, library);
  }

  @AfterEach
  void noTimerIsLeft() {
    assertThat(mesh.timers()).isZero();
  }

  @Test
  void deliversAResponse() {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    tries(call).start();

    AsyncTries.Delivery delivery = library.last().head(Steps.head(200));

    assertThat(delivery).isNotNull();
    delivery.ending().finished(12, Headers.NONE, null);
    delivery.ending().finished(13, Headers.NONE, null);
    assertThat(call.completions).singleElement().matches(c -> c.bytes() == 12);
    assertThat(library.seen).isEmpty();
  }

  @Test
  void anUnwantedResponseIsDroppedBeforeTheNextTry() {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.send(2), Steps.deliver());
    tries(call).start();

    assertThat(library.last().head(Steps.head(503))).isNull();
    assertThat(library.attempts).hasSize(1);
    library.last().dropped();

    assertThat(library.attempts).hasSize(2);
    assertThat(library.last().head(Steps.head(200))).isNotNull();
  }

  @Test
  void anUnwantedResponseThatBreaksIsAsGoodAsDropped() {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.send(2), Steps.answer(500));
    tries(call).start();
    AsyncTries.Attempt first = library.last();
    first.head(Steps.head(503));

    first.failed(new Outcome.Failed(Outcome.Kind.RESET, new IOException("late"), true));
    first.dropped();

    assertThat(library.attempts).hasSize(2);
    assertThat(call.outcomes).hasSize(1);
    library.last().failed(new Outcome.Failed(Outcome.Kind.RESET, new IOException(), true));
    assertThat(library.seen).containsExactly("local 500");
  }

  @Test
  void theLibrarysOwnFailureIsDelivered() {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    tries(call).start();

    library
        .last()
        .failed(new Outcome.Failed(Outcome.Kind.CONNECT, new ConnectException("x"), true));

    assertThat(library.seen).containsExactly("failed java.net.ConnectException: x");
  }

  @Test
  void whatALibraryThrowsIsItsFailure() {
    library.refusal = new IllegalArgumentException("bad request");
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    tries(call).start();

    assertThat(library.seen)
        .containsExactly("failed java.lang.IllegalArgumentException: bad request");
    assertThat(((Outcome.Failed) call.outcomes.get(0)).kind()).isEqualTo(Outcome.Kind.OTHER);
  }

  @Test
  void aDelayIsOfTheMeshsTimer() {
    RecordedCall call = new RecordedCall(Steps.pause(Duration.ofMillis(50)), Steps.answer(418));
    tries(call).start();

    mesh.turn(Duration.ofMillis(49));
    assertThat(library.seen).isEmpty();
    mesh.turn(Duration.ofMillis(1));

    assertThat(library.seen).containsExactly("local 418");
    assertThat(call.count("resume")).isEqualTo(1);
  }

  @Test
  void aSignalEndsADelay() {
    CompletableFuture<Void> signal = new CompletableFuture<>();
    RecordedCall call =
        new RecordedCall(
            RecordedCall.always(new Step.Wait(Duration.ofMinutes(1), signal)), Steps.answer(418));
    tries(call).start();

    signal.complete(null);
    mesh.turn(Duration.ofMinutes(2));

    assertThat(library.seen).containsExactly("local 418");
    assertThat(call.count("resume")).isEqualTo(1);
  }

  @Test
  void aTimeoutBreaksATryWithoutAHead() {
    RecordedCall call =
        new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.send(2), Steps.deliver());
    tries(call).start();

    mesh.turn(Duration.ofSeconds(1));

    assertThat(library.aborted).containsExactly(0);
    assertThat(library.attempts).hasSize(2);
    assertThat(((Outcome.Failed) call.outcomes.get(0)).kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    assertThat(library.attempts.get(0).head(Steps.head(200))).as("too late").isNull();
    assertThat(library.last().head(Steps.head(200))).isNotNull();
  }

  @Test
  void aTimeoutBreaksABody() {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver());
    tries(call).start();
    AsyncTries.Delivery delivery = library.last().head(Steps.head(200));
    assertThat(delivery).isNotNull();

    mesh.turn(Duration.ofSeconds(1));

    assertThat(library.aborted).containsExactly(0);
    delivery.ending().finished(3, Headers.NONE, new IOException("broken"));
    assertThat(call.count("finished")).isEqualTo(1);
  }

  @Test
  void aBodyThatEndsInTimeIsNotBroken() {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver());
    tries(call).start();
    AsyncTries.Delivery delivery = library.last().head(Steps.head(200));
    assertThat(delivery).isNotNull();

    delivery.ending().finished(3, Headers.NONE, null);
    mesh.turn(Duration.ofSeconds(2));

    assertThat(library.aborted).isEmpty();
  }

  @Test
  void aResponseMayHaveATimeOfItsOwn() {
    RecordedCall call =
        new RecordedCall(
            Steps.send(1, Duration.ofSeconds(1)), Steps.deliver(Duration.ofSeconds(5)));
    tries(call).start();

    AsyncTries.Delivery delivery = library.last().head(Steps.head(200));
    mesh.turn(Duration.ofSeconds(4));
    assertThat(library.aborted).isEmpty();
    mesh.turn(Duration.ofSeconds(1));

    assertThat(library.aborted).containsExactly(0);
    assertThat(delivery).isNotNull();
    delivery.ending().finished(0, Headers.NONE, null);
  }

  @Test
  void aResponseMayHaveAllTime() {
    RecordedCall call =
        new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver(Duration.ZERO));
    tries(call).start();

    AsyncTries.Delivery delivery = library.last().head(Steps.head(200));

    assertThat(mesh.timers()).isZero();
    assertThat(delivery).isNotNull();
    delivery.ending().finished(0, Headers.NONE, null);
  }

  @Test
  void aTimeoutThatFallsWhileTheEngineDecidesBreaksTheBody() {
    RecordedCall call =
        new RecordedCall(
            Steps.send(1, Duration.ofSeconds(1)),
            asked -> {
              mesh.turn(Duration.ofSeconds(1));
              return new Step.Deliver(HeaderEdits.NONE);
            });
    tries(call).start();

    assertThat(library.last().head(Steps.head(200))).isNotNull();
    assertThat(library.aborted).containsExactly(0);
  }

  @Test
  void anAbortThatIsRegisteredLateRunsAtOnce() {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.answer(504));
    AsyncTries tries =
        new AsyncTries(
            mesh,
            call,
            new AsyncTries.Library() {
              @Override
              public void send(Step.Send send, AsyncTries.Attempt attempt) {
                mesh.turn(Duration.ofSeconds(1)); // before the library has come to say how
                attempt.onAbort(() -> library.aborted.add(7));
              }

              @Override
              public void local(Step.Answer answer) {
                library.local(answer);
              }

              @Override
              public void fail(Throwable failure) {
                library.fail(failure);
              }

              @Override
              public boolean replayable() {
                return true;
              }
            });
    tries.start();

    assertThat(library.aborted).containsExactly(7);
    assertThat(library.seen).containsExactly("local 504");
  }

  @Test
  void cancelEndsATry() {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver());
    AsyncTries tries = tries(call);
    tries.start();

    assertThat(tries.cancel()).isTrue();
    assertThat(tries.cancel()).isFalse();

    assertThat(library.aborted).containsExactly(0);
    library.last().failed(new Outcome.Failed(Outcome.Kind.CANCELLED, new IOException(), false));
    assertThat(call.count("cancelled")).isEqualTo(1);
    assertThat(call.count("ended")).isZero();
    assertThat(library.seen).isEmpty();
  }

  @Test
  void cancelEndsAWait() {
    RecordedCall call = new RecordedCall(Steps.pause(Duration.ofMinutes(1)), Steps.send(1));
    AsyncTries tries = tries(call);
    tries.start();

    assertThat(tries.cancel()).isTrue();
    mesh.turn(Duration.ofMinutes(2));

    assertThat(call.events).containsExactly("start", "-> Wait", "cancelled");
  }

  @Test
  void cancelAfterTheDeliveryIsTheLibrarys() {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    AsyncTries tries = tries(call);
    tries.start();
    assertThat(library.last().head(Steps.head(200))).isNotNull();

    assertThat(tries.cancel()).isFalse();
    assertThat(call.count("cancelled")).isZero();
  }

  @Test
  void anEngineThatFailsEndsTheCall() {
    long before = Weft.suppressedCount();
    for (RecordedCall call :
        List.of(
            new RecordedCall(Steps.fail()),
            new RecordedCall(Steps.pause(Duration.ofSeconds(1)), Steps.fail()),
            new RecordedCall(Steps.send(1, Duration.ofSeconds(9)), Steps.fail()))) {
      library.seen.clear();
      tries(call).start();
      mesh.turn(Duration.ofSeconds(1));
      if (!library.attempts.isEmpty()) {
        assertThat(library.last().head(Steps.head(200))).isNull();
      }

      assertThat(library.seen).singleElement().asString().startsWith("failed java.io.IOException");
      assertThat(call.count("cancelled")).isEqualTo(1);
    }
    assertThat(Weft.suppressedCount() - before).isEqualTo(3);
  }

  @Test
  void runsInTheContextOfTheCaller() {
    InboundCall inbound = Admission.arrived(mesh, new Peer(null, null), head());
    InboundCall before = Context.enter(inbound);
    RecordedCall call =
        new RecordedCall(Steps.pause(Duration.ofSeconds(1)), Steps.send(1), Steps.answer(418));
    AsyncTries tries = tries(call);
    tries.start();
    Context.exit(before);

    mesh.turn(Duration.ofSeconds(1)); // a thread that works for nobody

    assertThat(library.contexts).containsExactly(inbound);
    assertThat(Context.current()).isNull();
    library.last().failed(new Outcome.Failed(Outcome.Kind.RESET, new IOException(), true));
  }

  private static RequestHead head() {
    return new RequestHead("test", "GET", "http", "", "/", Headers.NONE);
  }
}
