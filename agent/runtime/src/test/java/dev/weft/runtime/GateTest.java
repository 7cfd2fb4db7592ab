package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final RequestHead HTTP =
      new RequestHead("test", "GET", "http", "reviews:9080", "/", Headers.NONE);
  private static final RequestHead HTTPS =
      new RequestHead("test", "GET", "https", "reviews:9080", "/", Headers.NONE);
  private static final Peer PEER = new Peer(null, null);

  private final WithoutEngine open = new WithoutEngine(Setting.FailMode.OPEN);
  private final WithoutEngine closed = new WithoutEngine(Setting.FailMode.CLOSED);

  @Test
  void callsWaitForTheEngine() {
    Gate gate = new Gate(Duration.ofSeconds(10), open);
    CompletableFuture<Boolean> asked =
        CompletableFuture.supplyAsync(() -> gate.owns("http", "reviews:9080"));

    gate.open(closed); // an engine that owns it, unlike the other

    assertThat(asked.join()).isTrue();
  }

  @Test
  void afterItsPatienceTheFailModeDecides() {
    Gate gate = new Gate(Duration.ZERO, closed);

    assertThat(gate.inbound(PEER, HTTP).verdict()).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aFailedStartOpens() {
    Gate gate = new Gate(Duration.ofSeconds(10), open);
    gate.fail();

    assertThat(gate.outbound(HTTP)).isNull();
    assertThat(gate.inbound(PEER, HTTP).verdict()).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void aFailedStartCloses() {
    Gate gate = new Gate(Duration.ofSeconds(10), closed);
    gate.fail();

    OutboundCall refused = gate.outbound(HTTP);
    assertThat(refused).isNotNull();
    assertThat(refused.start())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.status()).isEqualTo(503));
    assertThat(gate.inbound(PEER, HTTP).verdict()).isInstanceOf(Verdict.Refuse.class);
    assertThat(gate.outbound(HTTPS)).isNull();
  }

  @Test
  void anInterruptedCallerKeepsItsInterrupt() {
    Gate gate = new Gate(Duration.ofSeconds(10), open);
    Thread.currentThread().interrupt();

    assertThat(gate.owns("http", "reviews:9080")).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
