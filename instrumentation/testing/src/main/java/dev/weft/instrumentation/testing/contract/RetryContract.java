package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Outcome;
import dev.weft.instrumentation.testing.Bytes;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.ClientProbe.Sending;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.Script;
import dev.weft.instrumentation.testing.ScriptedCall;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A try follows another only when the engine says so, and with the same body. */
class RetryContract extends ClientContract {

  private static final byte[] BODY = Bytes.of(20_000);
  private static final int KEEP = 1 << 16;

  private static Script badThenGood(int keep) {
    return Script.of(
        Script.send(BAD.address(), null, keep),
        Script.send(GOOD.address(), null, keep),
        Script.deliver());
  }

  private static String received() {
    return "\n" + BODY.length + " " + Bytes.hash(BODY);
  }

  @Test
  void anUnwantedResponseIsFollowedByATry() throws Exception {
    var calls = script(() -> badThenGood(0));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(calls.only().outcomes()).hasSize(2);
    assertThat(calls.only().outcomes().get(0).replayable()).isTrue();
  }

  @Test
  void aBodyInMemoryIsSentAgain() throws Exception {
    var calls = script(() -> badThenGood(0));

    Reply reply = PROBE.call(Request.post(url("/echo"), BODY, Sending.MEMORY));

    assertThat(reply.text()).endsWith(received());
    assertThat(calls.only().outcomes().get(0).replayable()).isTrue();
  }

  @Test
  void aKeptBodyIsSentAgain() throws Exception {
    needs(Feature.ONE_SHOT_BODY);
    for (Sending sending : new Sending[] {Sending.STREAMED, Sending.CHUNKED}) {
      script(() -> badThenGood(KEEP));

      Reply reply = PROBE.call(Request.post(url("/echo"), BODY, sending));

      assertThat(reply.text()).as(sending.toString()).endsWith(received());
    }
  }

  @Test
  void aBodyThatWasNotKeptIsNotReplayable() throws Exception {
    needs(Feature.ONE_SHOT_BODY);
    var calls = script(() -> Script.of(Script.send(BAD.address()), Script.deliver()));

    Reply reply = PROBE.call(Request.post(url("/echo"), BODY, Sending.CHUNKED));

    assertThat(reply.status()).isEqualTo(503);
    assertThat(calls.only().outcomes().get(0).replayable()).isFalse();
  }

  @Test
  void aBodyThatWasTooLargeToKeepIsNotReplayable() throws Exception {
    needs(Feature.ONE_SHOT_BODY);
    var calls = script(() -> Script.of(Script.send(BAD.address(), null, 1000), Script.deliver()));

    PROBE.call(Request.post(url("/echo"), BODY, Sending.CHUNKED));

    assertThat(calls.only().outcomes().get(0).replayable()).isFalse();
    assertThat(calls.only().body()).isNull();
  }

  @Test
  void theEngineIsToldAKeptBodyOnce() throws Exception {
    var calls = script(() -> badThenGood(KEEP));

    PROBE.call(Request.post(url("/echo"), BODY, Sending.MEMORY));

    assertThat(calls.only().body()).isEqualTo(BODY);
  }

  @Test
  void theEngineIsToldThatThereIsNoBody() throws Exception {
    var calls = script(() -> badThenGood(KEEP));

    PROBE.call(Request.get(url("/echo")));

    assertThat(calls.only().body()).isEmpty();
  }

  @Test
  void aRefusedConnectionIsOne() throws Exception {
    var calls =
        script(
            () ->
                Script.of(
                    Script.send(Origin.dead()), Script.send(GOOD.address()), Script.deliver()));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(200);
    Outcome.Failed failed = (Outcome.Failed) calls.only().outcomes().get(0);
    assertThat(failed.kind()).isEqualTo(Outcome.Kind.CONNECT);
    assertThat(failed.replayable()).isTrue();
  }

  @Test
  void aBodyThatNeverLeftIsReplayableAfterARefusedConnection() throws Exception {
    needs(Feature.ONE_SHOT_BODY);
    for (Sending sending : new Sending[] {Sending.STREAMED, Sending.CHUNKED}) {
      script(
          () ->
              Script.of(Script.send(Origin.dead()), Script.send(GOOD.address()), Script.deliver()));

      Reply reply = PROBE.call(Request.post(url("/echo"), BODY, sending));

      assertThat(reply.text()).as(sending.toString()).endsWith(received());
    }
  }

  @Test
  void aResetIsOne() throws Exception {
    var calls =
        script(
            () ->
                Script.of(
                    Script.send(BREAKING.address()),
                    call ->
                        new dev.weft.bridge.Step.Send(
                            BREAKING.address(),
                            call.head().authority(),
                            "/echo/second",
                            dev.weft.bridge.HeaderEdits.NONE,
                            null,
                            0),
                    Script.deliver()));

    Reply reply = PROBE.call(Request.get(url("/reset")));

    assertThat(reply.text()).startsWith("GET /echo/second");
    assertThat(first(calls.only()).kind()).isEqualTo(Outcome.Kind.RESET);
  }

  @Test
  void nothingIsSentAgainUnasked() throws Exception {
    script(() -> Script.to(BREAKING.address()));
    PROBE.call(Request.get(url("/echo"))); // leaves a connection in the pool
    int before = BREAKING.requests();
    String again = "again-" + authority;
    var calls =
        script(again, () -> Script.of(Script.send(BREAKING.address()), Script.answer(502, "")));

    Reply get = PROBE.call(Request.get(SCHEME + again + "/reset"));
    Reply post =
        PROBE.call(Request.post(SCHEME + again + "/reset", new byte[] {1}, Sending.MEMORY));

    assertThat(get.status()).isEqualTo(502);
    assertThat(post.status()).isEqualTo(502);
    assertThat(BREAKING.requests() - before).isEqualTo(2);
    assertThat(calls.all()).allSatisfy(call -> assertThat(call.outcomes()).hasSize(1));
  }

  @Test
  void aBackOffComesBetweenTries() throws Exception {
    var calls =
        script(
            () ->
                Script.of(
                    Script.send(BAD.address()),
                    Script.pause(Duration.ofMillis(30)),
                    Script.send(GOOD.address()),
                    Script.deliver()));

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(200);
    assertThat(calls.only().outcomes()).hasSize(2);
  }

  private static Outcome.Failed first(ScriptedCall call) {
    return (Outcome.Failed) call.outcomes().get(0);
  }
}
