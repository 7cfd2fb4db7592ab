package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Pending;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A wait ends with its delay, or earlier with its signal, or with the application's patience. */
class WaitContract extends ClientContract {

  @Test
  void aDelayIsWaitedFor() throws Exception {
    script(
        () ->
            Script.of(
                Script.pause(Duration.ofMillis(50)),
                Script.send(GOOD.address()),
                Script.deliver()));
    long begun = System.nanoTime();

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(200);
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(50_000_000L);
  }

  @Test
  void aSignalEndsTheWaitEarly() throws Exception {
    CompletableFuture<Void> signal = new CompletableFuture<>();
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    script(
        () ->
            Script.of(
                call -> {
                  waiting.complete(null);
                  return new Step.Wait(Duration.ofSeconds(60), signal);
                },
                Script.send(GOOD.address()),
                Script.deliver()));

    Pending pending = PROBE.start(Request.get(url("/echo")));
    Replies.get(waiting);
    signal.complete(null);

    assertThat(Replies.get(pending.reply()).status()).isEqualTo(200);
  }

  @Test
  void aFailedSignalEndsItAsWell() throws Exception {
    CompletableFuture<Void> signal =
        CompletableFuture.failedFuture(new IllegalStateException("whatever"));
    script(
        () ->
            Script.of(
                call -> new Step.Wait(null, signal),
                Script.send(GOOD.address()),
                Script.deliver()));

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(200);
  }

  @Test
  void aDelayIsNoLongerThanTheApplicationsPatience() throws Exception {
    Duration patience = Duration.ofMillis(200);
    var calls = script(() -> Script.of(Script.pause(Duration.ofSeconds(60))));
    String outside = SCHEME + "127.0.0.1:" + GOOD.address().getPort() + "/hold";

    Throwable inside =
        Replies.failure(PROBE.start(Request.get(url("/echo")).timeout(patience)).reply());
    Throwable plain = Replies.failure(PROBE.start(Request.get(outside).timeout(patience)).reply());

    assertThat(inside).hasSameClassAs(plain).hasMessage(plain.getMessage());
    assertThat(calls.only().ends()).containsExactly("cancelled");
  }

  @Test
  void aWaitCanBeCancelled() throws Exception {
    needs(Feature.CANCEL);
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    var calls =
        script(
            () ->
                Script.of(
                    call -> {
                      waiting.complete(null);
                      return new Step.Wait(Duration.ofSeconds(60), null);
                    }));

    Pending pending = PROBE.start(Request.get(url("/echo")));
    Replies.get(waiting);
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              pending.cancel(); // until the call has really come to wait
              return pending.reply().isDone();
            });

    assertThat(pending.reply()).isCompletedExceptionally();
    assertThat(calls.only().ends()).contains("cancelled");
    assertThat(calls.only().outcomes()).isEmpty();
  }
}
