package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Outcome;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What the engine does not replace, the application sees as it was. */
class FailureContract extends ClientContract {

  @Test
  void theLibrarysOwnExceptionIsDelivered() throws Exception {
    InetSocketAddress dead = Origin.dead();
    var calls = script(() -> Script.to(dead));

    Throwable inside = Replies.failure(PROBE.start(Request.get(url("/echo"))).reply());
    Throwable plain =
        Replies.failure(
            PROBE.start(Request.get(SCHEME + "127.0.0.1:" + dead.getPort() + "/echo")).reply());

    assertThat(inside).hasSameClassAs(plain);
    assertThat(String.valueOf(inside.getMessage()).toLowerCase(java.util.Locale.ROOT))
        .isEqualTo(String.valueOf(plain.getMessage()).toLowerCase(java.util.Locale.ROOT));
    assertThat(calls.only().ends()).containsExactly("failed");
    assertThat(((Outcome.Failed) calls.only().outcomes().get(0)).cause()).isNotNull();
  }

  @Test
  void aBodyThatBreaksIsAnError() throws Exception {
    var calls = script(() -> Script.to(BREAKING.address()));

    Throwable failure = Replies.failure(PROBE.start(Request.get(url("/cut"))).reply());

    assertThat(failure).isInstanceOf(java.io.IOException.class);
    assertThat(calls.only().ends()).containsExactly("finished");
    assertThat(Replies.get(calls.only().completion()).failure()).isNotNull();
  }

  @Test
  void anEngineThatFailsIsAnIoErrorToTheApplication() throws Exception {
    var calls =
        script(
            () ->
                Script.of(
                    call -> {
                      throw new IllegalStateException("on purpose");
                    }));

    Throwable failure = Replies.failure(PROBE.start(Request.get(url("/echo"))).reply());

    assertThat(failure).isInstanceOf(java.io.IOException.class);
    assertThat(calls.only().ends()).containsExactly("cancelled");
    assertThat(MESH.suppressed()).anyMatch(text -> text.contains("on purpose"));
    MESH.suppressed().clear();
  }
}
