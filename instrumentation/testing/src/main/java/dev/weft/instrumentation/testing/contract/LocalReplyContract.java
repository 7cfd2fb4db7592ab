package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.Bytes;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.ClientProbe.Sending;
import dev.weft.instrumentation.testing.Script;
import org.junit.jupiter.api.Test;

/** The engine's own answers look like a server's. */
class LocalReplyContract extends ClientContract {

  @Test
  void isShownAsTheLibrarysResponse() throws Exception {
    var calls = script(() -> Script.of(Script.answer(418, "teapot", "x-abort", "mesh")));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(418);
    assertThat(reply.header("X-Abort")).isEqualTo("mesh");
    assertThat(reply.text()).isEqualTo("teapot");
    assertThat(calls.only().ends()).containsExactly("answered");
  }

  @Test
  void aSuccessIsASuccess() throws Exception {
    script(() -> Script.of(Script.answer(200, "local")));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("local");
  }

  @Test
  void mayBeEmpty() throws Exception {
    script(() -> Script.of(Script.answer(503, "")));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    script(() -> Script.of(Script.answer(200, "not for HEAD")));

    Reply reply = PROBE.call(Request.get(url("/echo")).method("HEAD"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void replacesAResponseThatNobodyShallSee() throws Exception {
    script(() -> Script.of(Script.send(BAD.address()), Script.answer(504, "late")));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(504);
    assertThat(reply.text()).isEqualTo("late");
  }

  @Test
  void answersARequestWhoseBodyStreams() throws Exception {
    needs(dev.weft.instrumentation.testing.ClientProbe.Feature.ONE_SHOT_BODY);
    script(() -> Script.of(Script.answer(403, "no")));

    Reply reply = PROBE.call(Request.post(url("/echo"), Bytes.of(100_000), Sending.STREAMED));

    assertThat(reply.status()).isEqualTo(403);
  }

  @Test
  void followsAWait() throws Exception {
    script(
        () -> Script.of(Script.pause(java.time.Duration.ofMillis(20)), Script.answer(429, "slow")));

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(429);
  }
}
