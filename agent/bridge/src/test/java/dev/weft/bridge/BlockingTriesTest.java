package dev.weft.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BlockingTriesTest {

  private final ManualMesh mesh = new ManualMesh();
  private final Recorded library = new Recorded();

  /** What one try does: its status, or an exception. */
  private interface Try {
    int send(BlockingTries.Attempt attempt) throws IOException;
  }

  private static final class Recorded implements BlockingTries.Library<String> {
    final Deque<Try> tries = new ArrayDeque<>();
    final List<String> seen = new ArrayList<>();
    @Nullable Ending ending;

    @Override
    public String send(Step.Send send, BlockingTries.Attempt attempt) throws IOException {
      return String.valueOf(tries.pop().send(attempt));
    }

    @Override
    public Outcome.Head head(String response) {
      return Steps.head(Integer.parseInt(response));
    }

    @Override
    public Outcome.Failed failed(Throwable failure) {
      return new Outcome.Failed(
          failure instanceof ConnectException ? Outcome.Kind.CONNECT : Outcome.Kind.RESET,
          failure,
          true);
    }

    @Override
    public void discard(String response) {
      seen.add("discarded " + response);
    }

    @Override
    public String local(Step.Answer answer) {
      return "local " + answer.status();
    }

    @Override
    public String deliver(String response, HeaderEdits edits, Ending ending) {
      this.ending = ending;
      return "delivered " + response;
    }
  }

  private BlockingTries<String> tries(RecordedCall call, Try... does) {
    library.tries.addAll(List.of(does));
    return new BlockingTries<>(mesh, call, library);
  }

  @AfterEach
  void noTimerIsLeft() {
    Ending open = library.ending;
    if (open != null) {
      open.finished(0, Headers.NONE, null);
    }
    assertThat(mesh.timers()).isZero();
  }

  @Test
  void deliversAResponse() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver());

    assertThat(tries(call, attempt -> 200).run()).isEqualTo("delivered 200");
    assertThat(mesh.timers()).as("runs on through the body").isEqualTo(1);
  }

  @Test
  void aResponseMayHaveATimeOfItsOwn() throws IOException {
    List<String> aborted = new ArrayList<>();
    RecordedCall call =
        new RecordedCall(
            Steps.send(1, Duration.ofSeconds(1)), Steps.deliver(Duration.ofSeconds(5)));
    tries(
            call,
            attempt -> {
              attempt.onAbort(() -> aborted.add("aborted"));
              return 200;
            })
        .run();

    mesh.turn(Duration.ofSeconds(4));
    assertThat(aborted).isEmpty();
    mesh.turn(Duration.ofSeconds(1));
    assertThat(aborted).containsExactly("aborted");
  }

  @Test
  void aResponseMayHaveAllTime() throws IOException {
    RecordedCall call =
        new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver(Duration.ZERO));

    tries(call, attempt -> 200).run();

    assertThat(mesh.timers()).isZero();
  }

  @Test
  void anUnwantedResponseIsDiscarded() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.send(2), Steps.deliver());

    assertThat(tries(call, attempt -> 503, attempt -> 200).run()).isEqualTo("delivered 200");
    assertThat(library.seen).containsExactly("discarded 503");
  }

  @Test
  void aLocalReplyReplacesAResponse() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.answer(504));

    assertThat(tries(call, attempt -> 503).run()).isEqualTo("local 504");
    assertThat(library.seen).containsExactly("discarded 503");
  }

  @Test
  void theLibrarysOwnExceptionIsThrown() {
    ConnectException failure = new ConnectException("refused");
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());

    assertThatThrownBy(
            () ->
                tries(
                        call,
                        attempt -> {
                          throw failure;
                        })
                    .run())
        .isSameAs(failure);
    assertThat(((Outcome.Failed) call.outcomes.get(0)).kind()).isEqualTo(Outcome.Kind.CONNECT);
  }

  @Test
  void aTimeoutBreaksATryWithoutAHead() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.answer(504));

    String result =
        tries(
                call,
                attempt -> {
                  List<String> broken = new ArrayList<>();
                  attempt.onAbort(() -> broken.add("broken"));
                  mesh.turn(Duration.ofSeconds(1));
                  throw new IOException(String.join("", broken));
                })
            .run();

    assertThat(result).isEqualTo("local 504");
    Outcome.Failed failed = (Outcome.Failed) call.outcomes.get(0);
    assertThat(failed.kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    assertThat(failed.cause()).hasMessage("broken");
  }

  @Test
  void aTimeoutThatFallsBeforeTheTryCanBeBrokenBreaksItWhenItCan() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.answer(504));

    tries(
            call,
            attempt -> {
              mesh.turn(Duration.ofSeconds(1));
              List<String> broken = new ArrayList<>();
              attempt.onAbort(() -> broken.add("broken"));
              throw new IOException(String.join("", broken));
            })
        .run();

    assertThat(((Outcome.Failed) call.outcomes.get(0)).cause()).hasMessage("broken");
  }

  @Test
  void aSignalEndsAWait() throws IOException {
    RecordedCall call =
        new RecordedCall(Steps.pause(CompletableFuture.completedFuture("x")), Steps.answer(418));

    assertThat(tries(call).run()).isEqualTo("local 418");
  }

  @Test
  void aDelayEndsAWait() throws IOException {
    RecordedCall call = new RecordedCall(Steps.pause(Duration.ofMillis(1)), Steps.answer(418));

    assertThat(tries(call).run()).isEqualTo("local 418");
  }

  @Test
  void anInterruptEndsAWait() {
    RecordedCall call = new RecordedCall(Steps.pause(Duration.ofHours(1)));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> tries(call).run()).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(call.events).containsExactly("start", "-> Wait", "cancelled");
  }

  @Test
  void cancelEndsAWait() throws Exception {
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    RecordedCall call =
        new RecordedCall(
            asked -> {
              waiting.complete(null);
              return new Step.Wait(Duration.ofHours(1), null);
            });
    BlockingTries<String> tries = tries(call);
    waiting.thenRunAsync(tries::cancel);

    assertThatThrownBy(tries::run).isInstanceOf(IOException.class).hasMessage("cancelled");
    assertThat(call.count("cancelled")).isEqualTo(1);
    assertThat(call.count("resume")).isZero();
  }

  @Test
  void cancelBreaksATry() {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.answer(500));
    List<BlockingTries<String>> self = new ArrayList<>();
    BlockingTries<String> tries =
        tries(
            call,
            attempt -> {
              List<String> broken = new ArrayList<>();
              attempt.onAbort(() -> broken.add("socket closed"));
              assertThat(self.get(0).cancel()).isTrue();
              assertThat(self.get(0).cancel()).isFalse();
              throw new IOException(String.join("", broken));
            });
    self.add(tries);

    assertThatThrownBy(tries::run).isInstanceOf(IOException.class).hasMessage("socket closed");
    assertThat(call.count("cancelled")).isEqualTo(1);
    assertThat(call.count("ended")).isZero();
  }

  @Test
  void aResponseThatMeetsItsCancellationIsDiscarded() {
    List<BlockingTries<String>> self = new ArrayList<>();
    RecordedCall call =
        new RecordedCall(
            Steps.send(1, Duration.ofSeconds(1)),
            asked -> {
              self.get(0).cancel(); // while the engine decides
              return new Step.Deliver(HeaderEdits.NONE);
            });
    BlockingTries<String> tries = tries(call, attempt -> 200);
    self.add(tries);

    assertThatThrownBy(tries::run).isInstanceOf(IOException.class);
    assertThat(library.seen).containsExactly("discarded 200");
    assertThat(library.ending).isNull();
  }

  @Test
  void cancelAfterTheDeliveryIsTheLibrarys() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    BlockingTries<String> tries = tries(call, attempt -> 200);
    tries.run();

    assertThat(tries.cancel()).isFalse();
    assertThat(call.count("cancelled")).isZero();
  }

  @Test
  void anEngineThatFailsIsAnIoError() {
    long before = Weft.suppressedCount();
    for (RecordedCall call :
        List.of(
            new RecordedCall(Steps.fail()),
            new RecordedCall(Steps.pause(Duration.ofMillis(1)), Steps.fail()),
            new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.fail()))) {
      assertThatThrownBy(() -> tries(call, attempt -> 200).run()).isInstanceOf(IOException.class);
      assertThat(call.count("cancelled")).isEqualTo(1);
    }
    assertThat(Weft.suppressedCount() - before).isEqualTo(3);
  }

  @Test
  void anErrorEndsTheCall() {
    RecordedCall call = new RecordedCall(Steps.send(1, Duration.ofSeconds(1)), Steps.deliver());

    assertThatThrownBy(
            () ->
                tries(
                        call,
                        attempt -> {
                          throw new StackOverflowError();
                        })
                    .run())
        .isInstanceOf(StackOverflowError.class);
    assertThat(call.count("cancelled")).isEqualTo(1);
  }

  @Test
  void aTryMayBeBegunAhead() throws IOException {
    RecordedCall call =
        new RecordedCall(Steps.pause(Duration.ofMillis(1)), Steps.send(7), Steps.deliver());
    List<BlockingTries.Attempt> seen = new ArrayList<>();
    BlockingTries<String> tries =
        tries(
            call,
            attempt -> {
              seen.add(attempt);
              return 200;
            });

    BlockingTries.Begun begun = tries.first();

    assertThat(begun).isNotNull();
    assertThat(begun.send().address().getPort()).isEqualTo(7);
    assertThat(tries.run()).isEqualTo("delivered 200");
    assertThat(seen).containsExactly(begun.attempt());
    assertThat(call.count("start")).isEqualTo(1);
  }

  @Test
  void aTryThatCannotBeBegunIsFollowedByAnother() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.send(2), Steps.deliver());
    BlockingTries<String> tries = tries(call, attempt -> 200);
    BlockingTries.Begun first = tries.first();
    assertThat(first).isNotNull();

    BlockingTries.Begun second = tries.again(new ConnectException("refused"));

    assertThat(second).isNotNull();
    assertThat(second.send().address().getPort()).isEqualTo(2);
    assertThat(second.attempt()).isNotSameAs(first.attempt());
    assertThat(tries.run()).isEqualTo("delivered 200");
    assertThat(call.outcomes).hasSize(2);
  }

  @Test
  void aTryThatCannotBeBegunMayBeTheLast() throws IOException {
    ConnectException refused = new ConnectException("refused");
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    BlockingTries<String> tries = tries(call);
    assertThat(tries.first()).isNotNull();

    assertThat(tries.again(refused)).isNull();

    assertThatThrownBy(tries::run).isSameAs(refused);
  }

  @Test
  void cancelBreaksATryThatWasBegunAhead() throws IOException {
    RecordedCall call = new RecordedCall(Steps.send(1), Steps.deliver());
    BlockingTries<String> tries = tries(call, attempt -> 200);
    BlockingTries.Begun begun = tries.first();
    assertThat(begun).isNotNull();
    List<String> broken = new ArrayList<>();
    begun.attempt().onAbort(() -> broken.add("broken"));

    tries.cancel();

    assertThat(broken).containsExactly("broken");
    assertThatThrownBy(tries::run).isInstanceOf(IOException.class);
    assertThat(call.count("ended")).isZero();
  }
}
