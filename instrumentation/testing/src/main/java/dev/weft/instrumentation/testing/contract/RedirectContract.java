package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.Bytes;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.ClientProbe.Sending;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.Script;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each hop is a call of its own, by the library's rules. */
class RedirectContract extends ClientContract {

  private final String other = "other-" + authority;

  @BeforeEach
  void follows() {
    needs(Feature.REDIRECTS);
  }

  private String redirect(int status, String to) {
    return url("/redirect/" + status + "?to=" + to);
  }

  @Test
  void isNotFollowedUnlessTheApplicationWantsIt() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(redirect(302, "/echo")));

    assertThat(reply.status()).isEqualTo(302);
    assertThat(calls.all()).hasSize(1);
  }

  @Test
  void eachHopIsRouted() throws Exception {
    try (Origin elsewhere = PROBE.origin()) {
      var first = script(() -> Script.to(GOOD.address()));
      var second = script(other, () -> Script.to(elsewhere.address()));

      Reply reply =
          PROBE.call(Request.get(redirect(302, SCHEME + other + "/echo/there")).following());

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).startsWith("GET /echo/there\n");
      assertThat(reply.text().toLowerCase(Locale.ROOT)).contains("host: " + other + "\n");
      assertThat(reply.url()).isEqualTo(SCHEME + other + "/echo/there");
      assertThat(elsewhere.requests()).isEqualTo(1);
      assertThat(first.only().head().authority()).isEqualTo(authority);
      assertThat(second.only().head().target()).isEqualTo("/echo/there");
    }
  }

  @Test
  void aRelativeLocationStaysWithTheHost() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(redirect(301, "/echo/relative")).following());

    assertThat(reply.text()).startsWith("GET /echo/relative\n");
    assertThat(calls.all()).hasSize(2);
  }

  @Test
  void aPostBecomesAGet() throws Exception {
    script(() -> Script.to(GOOD.address()));

    Reply reply =
        PROBE.call(
            Request.post(redirect(302, "/echo/after"), new byte[] {1, 2}, Sending.MEMORY)
                .following());

    assertThat(reply.text()).startsWith("GET /echo/after\n").contains("\n0 ");
  }

  @Test
  void aTemporaryRedirectKeepsMethodAndBody() throws Exception {
    script(() -> Script.to(GOOD.address()));
    byte[] body = Bytes.of(5000);

    Reply reply =
        PROBE.call(Request.post(redirect(307, "/echo/after"), body, Sending.MEMORY).following());

    assertThat(reply.text())
        .startsWith("POST /echo/after\n")
        .endsWith("\n5000 " + Bytes.hash(body));
  }

  @Test
  void credentialsDoNotGoAlongToAnotherHost() throws Exception {
    script(() -> Script.to(GOOD.address()));
    script(other, () -> Script.to(GOOD.address()));

    Reply reply =
        PROBE.call(
            Request.get(redirect(302, SCHEME + other + "/echo"))
                .with("Authorization", "Bearer s3cret")
                .with("X-Mine", "kept")
                .following());

    assertThat(reply.text().toLowerCase(Locale.ROOT))
        .doesNotContain("s3cret")
        .contains("x-mine: kept");
  }

  @Test
  void leadsOutOfTheMesh() throws Exception {
    script(() -> Script.to(GOOD.address()));
    String outside = SCHEME + "127.0.0.1:" + GOOD.address().getPort() + "/echo/outside";

    Reply reply = PROBE.call(Request.get(redirect(302, outside)).following());

    assertThat(reply.text()).startsWith("GET /echo/outside\n");
    assertThat(reply.url()).isEqualTo(outside);
  }

  @Test
  void leadsOutOfTheMeshAndBackIn() throws Exception {
    script(() -> Script.to(GOOD.address()));
    var back = script(other, () -> Script.to(GOOD.address()));
    String outside =
        SCHEME
            + "127.0.0.1:"
            + GOOD.address().getPort()
            + "/redirect/302?to="
            + SCHEME
            + other
            + "/echo/back";

    Reply reply = PROBE.call(Request.get(redirect(302, outside)).following());

    assertThat(reply.text()).startsWith("GET /echo/back\n");
    assertThat(back.all()).hasSize(1);
  }

  @Test
  void theEnginesOwnRedirectIsFollowed() throws Exception {
    script(() -> Script.of(Script.answer(301, "", "location", SCHEME + other + "/echo/local")));
    script(other, () -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(url("/asked")).following());

    assertThat(reply.text()).startsWith("GET /echo/local\n");
  }

  @Test
  void aLoopEnds() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    var pending = PROBE.start(Request.get(url("/loop")).following());
    pending.reply().exceptionally(failure -> null).get(30, java.util.concurrent.TimeUnit.SECONDS);

    assertThat(calls.all()).hasSizeBetween(4, 25);
  }
}
