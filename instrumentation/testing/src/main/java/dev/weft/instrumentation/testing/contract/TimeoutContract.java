package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Outcome;
import dev.weft.instrumentation.testing.ClientProbe.Pending;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A try's timeout runs to the end of its body. */
class TimeoutContract extends ClientContract {

  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void breaksATryThatHasNoHead() throws Exception {
    var calls =
        script(
            () -> Script.of(Script.send(GOOD.address(), SHORT, 0), Script.answer(504, "timeout")));

    Reply reply = PROBE.call(Request.get(url("/hold")));

    assertThat(reply.status()).isEqualTo(504);
    Outcome.Failed failed = (Outcome.Failed) calls.only().outcomes().get(0);
    assertThat(failed.kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void isOfOneTryOnly() throws Exception {
    script(
        () ->
            Script.of(
                Script.send(GOOD.address(), SHORT, 0),
                call ->
                    new dev.weft.bridge.Step.Send(
                        GOOD.address(),
                        call.head().authority(),
                        "/echo/second",
                        dev.weft.bridge.HeaderEdits.NONE,
                        Duration.ofSeconds(30),
                        0),
                Script.deliver()));

    assertThat(PROBE.call(Request.get(url("/hold"))).text()).startsWith("GET /echo/second");
  }

  @Test
  void breaksABodyThatStalls() throws Exception {
    var calls = script(() -> Script.of(Script.send(GOOD.address(), SHORT, 0), Script.deliver()));

    Throwable failure = Replies.failure(PROBE.start(Request.get(url("/stall"))).reply());

    assertThat(failure).isInstanceOf(java.io.IOException.class);
    assertThat(Replies.get(calls.only().completion()).failure()).isNotNull();
  }

  @Test
  void leavesNoTimerBehind() throws Exception {
    int before = MESH.timers();
    script(
        () ->
            Script.of(
                Script.send(BAD.address(), Duration.ofMinutes(5), 0),
                Script.send(GOOD.address(), Duration.ofMinutes(5), 0),
                Script.deliver()));

    PROBE.call(Request.get(url("/chunked/100000")));

    Awaitility.await().untilAsserted(() -> assertThat(MESH.timers()).isEqualTo(before));
  }

  @Test
  void theLibrarysOwnTimeoutLeavesNoneEither() throws Exception {
    int before = MESH.timers();
    script(() -> Script.of(Script.send(GOOD.address()), Script.deliver()));

    for (int i = 0; i < 20; i++) {
      PROBE.call(Request.get(url("/x")).timeout(Duration.ofHours(1)));
    }

    // A timer holds on to all of its call: one that is answered must not wait for it.
    Awaitility.await().untilAsserted(() -> assertThat(MESH.timers()).isEqualTo(before));
  }

  @Test
  void theLibrarysOwnTimeoutIsATimeoutToo() throws Exception {
    var calls = script(() -> Script.of(Script.send(GOOD.address()), Script.deliver()));
    String outside = SCHEME + "127.0.0.1:" + GOOD.address().getPort() + "/hold";

    Throwable inside =
        Replies.failure(PROBE.start(Request.get(url("/hold")).timeout(SHORT)).reply());
    Throwable plain = Replies.failure(PROBE.start(Request.get(outside).timeout(SHORT)).reply());

    assertThat(inside).hasSameClassAs(plain).hasMessage(plain.getMessage());
    Outcome.Failed failed = (Outcome.Failed) calls.only().outcomes().get(0);
    assertThat(failed.kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void doesNotTouchAResponseThatIsInTime() throws Exception {
    script(
        () -> Script.of(Script.send(GOOD.address(), Duration.ofSeconds(30), 0), Script.deliver()));

    Pending pending = PROBE.start(Request.get(url("/stall")));
    Replies.get(pending.head());
    Awaitility.await()
        .until(
            () -> {
              GOOD.gate().open();
              return pending.reply().isDone();
            });

    assertThat(Replies.get(pending.reply()).text()).isEqualTo("firstlast");
  }
}
