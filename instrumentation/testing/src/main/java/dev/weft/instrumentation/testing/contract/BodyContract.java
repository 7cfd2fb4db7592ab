package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.Bytes;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.ClientProbe.Sending;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import org.junit.jupiter.api.Test;

/** Bodies pass unchanged, whatever their size and framing, and are counted. */
class BodyContract extends ClientContract {

  private static final int LARGE = 10 << 20;

  @Test
  void largeRequestsPass() throws Exception {
    byte[] body = Bytes.of(LARGE);
    for (Sending sending : Sending.values()) {
      if (sending != Sending.MEMORY && !PROBE.features().contains(Feature.ONE_SHOT_BODY)) {
        continue;
      }
      script(() -> Script.to(GOOD.address()));

      Reply reply = PROBE.call(Request.post(url("/echo"), body, sending));

      assertThat(reply.text())
          .as(sending.toString())
          .endsWith("\n" + LARGE + " " + Bytes.hash(body));
    }
  }

  @Test
  void largeResponsesPass() throws Exception {
    for (String path : new String[] {"/big/", "/chunked/"}) {
      String host = path.replace("/", "") + "-" + authority;
      var calls = script(host, () -> Script.to(GOOD.address()));

      Reply reply = PROBE.call(Request.get(SCHEME + host + path + LARGE));

      assertThat(reply.body()).as(path).hasSize(LARGE);
      assertThat(Bytes.hash(reply.body())).as(path).isEqualTo(Bytes.hash(Bytes.of(LARGE)));
      assertThat(Replies.get(calls.only().completion()).bytes()).isEqualTo(LARGE);
      assertThat(Replies.get(calls.only().completion()).failure()).isNull();
    }
  }

  @Test
  void smallResponsesAreCounted() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(Replies.get(calls.only().completion()).bytes()).isEqualTo(reply.body().length);
  }

  @Test
  void aResponseWithoutABodyEnds() throws Exception {
    for (String path : new String[] {"/empty/204", "/empty/200", "/empty/304", "/empty/404"}) {
      String host = path.replaceAll("\\D", "") + "-" + authority;
      var calls = script(host, () -> Script.to(GOOD.address()));

      Reply reply = PROBE.call(Request.get(SCHEME + host + path));

      assertThat(reply.body()).as(path).isEmpty();
      assertThat(Replies.get(calls.only().completion()).bytes()).as(path).isZero();
    }
  }

  @Test
  void headHasNoBody() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(url("/big/1000")).method("HEAD"));

    assertThat(reply.body()).isEmpty();
    assertThat(Replies.get(calls.only().completion()).bytes()).isZero();
  }

  @Test
  void anErrorsBodyIsShown() throws Exception {
    script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(url("/status/404")));

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text()).isEqualTo("status 404");
  }
}
