package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Pending;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An application that gives up ends its call, once, wherever it stood. */
class CancelContract extends ClientContract {

  @Test
  void inFlight() throws Exception {
    needs(Feature.CANCEL);
    var calls = script(() -> Script.to(GOOD.address()));
    int before = GOOD.requests();

    Pending pending = PROBE.start(Request.get(url("/hold")));
    Awaitility.await().until(() -> GOOD.requests() > before);
    pending.cancel();

    Throwable failure = failure(pending);
    assertThat(failure).isNotNull();
    assertThat(calls.only().ends()).contains("cancelled");
  }

  @Test
  void asTheLibraryFailsWithoutTheMesh() throws Exception {
    needs(Feature.CANCEL);
    script(() -> Script.to(GOOD.address()));
    String outside = SCHEME + "127.0.0.1:" + GOOD.address().getPort() + "/hold";

    Throwable inside = cancelled(url("/hold"));
    Throwable plain = cancelled(outside);

    assertThat(inside).hasSameClassAs(plain);
  }

  private static Throwable cancelled(String url) throws Exception {
    int before = GOOD.requests();
    Pending pending = PROBE.start(Request.get(url));
    Awaitility.await().until(() -> GOOD.requests() > before);
    pending.cancel();
    return failure(pending);
  }

  @Test
  void inTheMiddleOfTheBody() throws Exception {
    needs(Feature.CANCEL);
    var calls = script(() -> Script.to(GOOD.address()));

    Pending pending = PROBE.start(Request.get(url("/stall")));
    Replies.get(pending.head());
    Replies.get(calls.only().over().isDone() ? calls.only().over() : pending.head());
    pending.cancel();

    assertThat(failure(pending)).isNotNull();
    Awaitility.await()
        .untilAsserted(() -> assertThat(calls.only().ends()).containsExactly("finished"));
    assertThat(Replies.get(calls.only().completion()).failure()).isNotNull();
  }

  private static Throwable failure(Pending pending) throws Exception {
    try {
      return Replies.failure(pending.reply());
    } catch (java.util.concurrent.CancellationException e) {
      return e;
    }
  }
}
