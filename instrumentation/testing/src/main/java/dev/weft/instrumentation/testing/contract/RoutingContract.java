package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.Script;
import dev.weft.instrumentation.testing.ScriptedCall;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A request goes where the engine says, whatever is pooled. */
class RoutingContract extends ClientContract {

  @Test
  void goesWhereTheEngineSays() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(url("/echo/a?b=c")));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).startsWith("GET /echo/a?b=c\n");
    assertThat(reply.text().toLowerCase(java.util.Locale.ROOT))
        .contains("host: " + authority + "\n");
    assertThat(reply.url()).isEqualTo(url("/echo/a?b=c"));
    assertThat(calls.only().outcomes()).hasSize(1);
    assertThat(((Outcome.Head) calls.only().outcomes().get(0)).status()).isEqualTo(200);
  }

  @Test
  void theEngineSeesTheRequest() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    PROBE.call(Request.get(url("/echo/p%2Fq?x=%20y")).method("DELETE").with("X-User", "jason"));

    ScriptedCall call = calls.only();
    assertThat(call.head().method()).isEqualTo("DELETE");
    assertThat(call.head().scheme()).isEqualTo(PROBE.scheme());
    assertThat(call.head().authority()).isEqualTo(authority);
    assertThat(call.head().target()).isEqualTo("/echo/p%2Fq?x=%20y");
    assertThat(call.head().headers().first("x-user")).isEqualTo("jason");
  }

  @Test
  void anEmptyPathIsTheRoot() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    Reply reply = PROBE.call(Request.get(url("")));

    assertThat(calls.only().head().target()).isEqualTo("/");
    assertThat(reply.text()).startsWith("GET /\n");
  }

  @Test
  void authorityAndPathAreRewritten() throws Exception {
    script(
        () ->
            Script.of(
                call ->
                    new Step.Send(
                        GOOD.address(),
                        "other.example:81",
                        "/echo/p%2Fath?q=1",
                        HeaderEdits.NONE,
                        null,
                        0),
                Script.deliver()));

    Reply reply = PROBE.call(Request.get(url("/echo/asked")));

    assertThat(reply.text()).startsWith("GET /echo/p%2Fath?q=1\n");
    assertThat(reply.text().toLowerCase(java.util.Locale.ROOT))
        .contains("host: other.example:81\n");
    assertThat(reply.url()).isEqualTo(url("/echo/asked"));
  }

  @Test
  void aNameIsLookedUpByTheLibrary() throws Exception {
    InetSocketAddress named =
        InetSocketAddress.createUnresolved("localhost", GOOD.address().getPort());
    script(() -> Script.to(named));

    assertThat(PROBE.call(Request.get(url("/echo"))).status()).isEqualTo(200);
  }

  @Test
  void whatIsNotTheMeshsIsLeftAlone() throws Exception {
    String outside = SCHEME + "127.0.0.1:" + GOOD.address().getPort() + "/echo/outside";

    Reply reply = PROBE.call(Request.get(outside));

    assertThat(reply.text()).startsWith("GET /echo/outside\n");
  }

  @Test
  void aPooledConnectionNeverDefeatsTheChoice() throws Exception {
    try (Origin other = PROBE.origin()) {
      int[] turn = {0};
      script(() -> Script.to(turn[0]++ % 2 == 0 ? GOOD.address() : other.address()));
      int good = GOOD.requests();

      for (int i = 0; i < 20; i++) {
        PROBE.call(Request.get(url("/echo")));
      }

      assertThat(GOOD.requests() - good).isEqualTo(10);
      assertThat(other.requests()).isEqualTo(10);
    }
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    script(() -> Script.to(GOOD.address()));
    Set<String> connections = new HashSet<>();

    for (int i = 0; i < 10; i++) {
      String connection = PROBE.call(Request.get(url("/echo"))).header("X-Connection");
      connections.add(String.valueOf(connection));
    }

    assertThat(connections).hasSizeLessThanOrEqualTo(2);
  }
}
