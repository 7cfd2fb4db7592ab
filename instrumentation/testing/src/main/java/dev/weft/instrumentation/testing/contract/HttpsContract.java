package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import java.net.InetSocketAddress;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/**
 * TLS stays the application's own: whom it asks for and verifies, whatever endpoint the engine
 * chose. {@link ClientContract#BREAKING} tells which names it was asked for.
 */
class HttpsContract extends ClientContract {

  private final String host = authority.replace(":9080", "");

  private static Script.Next send(InetSocketAddress address, String server) {
    return call ->
        new Step.Send(
            address,
            call.head().authority(),
            call.head().target(),
            HeaderEdits.NONE,
            null,
            0,
            server);
  }

  @Test
  void theServersNameIsThatOfTheUrlWhereverItIs() throws Exception {
    script(() -> Script.to(BREAKING.address()));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(BREAKING.names()).contains(host);
  }

  @Test
  void anotherServerIsAskedForAndVerified() throws Exception {
    String other = "v2-" + host;
    script(() -> Script.of(send(BREAKING.address(), other), Script.deliver()));

    Reply reply = PROBE.call(Request.get(url("/echo")));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text().toLowerCase(Locale.ROOT)).contains("host: " + authority + "\n");
    assertThat(BREAKING.names()).contains(other).doesNotContain(host);
  }

  @Test
  void aServerThatIsSomebodyElseGetsNothing() throws Exception {
    var calls = script(() -> Script.of(send(BREAKING.address(), "b.example"), Script.deliver()));
    int before = BREAKING.requests();

    Throwable failure = Replies.failure(PROBE.start(Request.get(url("/echo"))).reply());

    assertThat(failure).isInstanceOf(SSLException.class).hasMessageContaining("b.example");
    assertThat(((Outcome.Failed) calls.only().outcomes().get(0)).kind())
        .isEqualTo(Outcome.Kind.TLS);
    assertThat(BREAKING.requests()).isEqualTo(before);
  }

  @Test
  void aFailedHandshakeIsFollowedByATryElsewhere() throws Exception {
    script(
        () ->
            Script.of(
                send(BREAKING.address(), "b.example"),
                Script.send(GOOD.address()),
                Script.deliver()));

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(200);
  }

  @Test
  void theNameUnderWhichItIsFoundIsNotTheServers() throws Exception {
    InetSocketAddress found =
        InetSocketAddress.createUnresolved("localhost", BREAKING.address().getPort());
    script(() -> Script.to(found));

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(200);
    assertThat(BREAKING.names()).contains(host);
  }

  @Test
  void theLibraryGoesByItselfWhereTheApplicationSendsIt() throws Exception {
    String own = "localhost:" + GOOD.address().getPort();
    var calls =
        script(
            own,
            () ->
                Script.to(
                    InetSocketAddress.createUnresolved("localhost", GOOD.address().getPort())));

    Reply reply = PROBE.call(Request.get(SCHEME + own + "/echo/own"));

    assertThat(reply.text()).startsWith("GET /echo/own\n");
    assertThat(calls.all()).hasSize(1);
  }

  @Test
  void aTargetIsRewrittenEvenThen() throws Exception {
    String own = "localhost:" + GOOD.address().getPort();
    script(
        own,
        () ->
            Script.of(
                call ->
                    new Step.Send(
                        InetSocketAddress.createUnresolved("localhost", GOOD.address().getPort()),
                        "other.example",
                        "/echo/rewritten",
                        HeaderEdits.NONE,
                        null,
                        0),
                Script.deliver()));

    Reply reply = PROBE.call(Request.get(SCHEME + own + "/asked"));

    assertThat(reply.text().toLowerCase(Locale.ROOT))
        .startsWith("get /echo/rewritten\n")
        .contains("host: other.example");
  }

  @Test
  void connectionsToOneNameAreNotUsedForAnother() throws Exception {
    String other = "again-" + authority;
    script(() -> Script.to(GOOD.address()));
    script(other, () -> Script.to(GOOD.address()));

    String first = PROBE.call(Request.get(url("/echo"))).header("X-Connection");
    String second = PROBE.call(Request.get(SCHEME + other + "/echo")).header("X-Connection");
    String again = PROBE.call(Request.get(url("/echo"))).header("X-Connection");

    assertThat(second).isNotNull().isNotEqualTo(first);
    assertThat(again).isEqualTo(first);
  }
}
