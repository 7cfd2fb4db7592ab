package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final RequestHead HTTP =
      new RequestHead("test", "GET", "http", "reviews:9080", "/", Headers.NONE);
  private static final RequestHead HTTPS =
      new RequestHead("test", "GET", "https", "reviews:9080", "/", Headers.NONE);
  private static final Peer PEER = new Peer(null, null);

  private final Printed said = new Printed(Setting.LogLevel.INFO);
  private final Overdue overdue =
      new Overdue(Duration.ofSeconds(10), Setting.FailMode.OPEN, said.log());
  private final WithoutEngine open = new WithoutEngine(Setting.FailMode.OPEN);
  private final WithoutEngine closed = new WithoutEngine(Setting.FailMode.CLOSED);

  private Gate gate(Duration patience, Mesh instead) {
    return new Gate(patience, instead, overdue);
  }

  @Test
  void callsWaitForTheEngine() {
    Gate gate = gate(Duration.ofSeconds(10), open);
    CompletableFuture<Boolean> asked =
        CompletableFuture.supplyAsync(() -> gate.owns("http", "reviews:9080"));

    gate.open(closed); // an engine that owns it, unlike the other

    assertThat(asked.join()).isTrue();
    assertThat(said.lines()).isEmpty();
  }

  @Test
  void afterItsPatienceTheFailModeDecides() {
    Gate gate = gate(Duration.ZERO, closed);

    assertThat(gate.inbound(PEER, HTTP).verdict()).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void thatItDecidesIsSaidOnce() {
    Gate gate = gate(Duration.ZERO, open);

    assertThat(gate.outbound(HTTP)).isNull();
    assertThat(gate.outbound(HTTP)).isNull();

    assertThat(said.lines())
        .containsExactly(
            "weft: no configuration came within 10000 ms (weft.start.timeout); until it does,"
                + " connections and requests pass unmanaged (weft.fail.mode=open)");
  }

  /** However long the engine takes: a server that is not told of would never be registered. */
  @Test
  void whereTheApplicationListensIsToldInOrderAndWaitsForNobody() {
    InetSocketAddress first = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    InetSocketAddress second = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8081);
    Gate gate = gate(Duration.ZERO, open);
    List<String> told = new ArrayList<>();

    gate.listening(first, "tcp");
    gate.listening(first, "tomcat");
    gate.listening(second, "tcp");
    gate.closed(second);
    assertThat(told).isEmpty();
    gate.open(new Listener(told));
    gate.closed(first);

    assertThat(told).containsExactly("8080 tcp", "8080 tomcat", "8081 tcp", "-8081", "-8080");
  }

  private record Listener(List<String> told) implements Mesh {
    @Override
    public boolean owns(String scheme, String authority) {
      return false;
    }

    @Override
    public @Nullable OutboundCall outbound(RequestHead head) {
      return null;
    }

    @Override
    public InboundCall inbound(Peer peer, RequestHead head) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Cancel after(Duration delay, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void listening(InetSocketAddress local, String library) {
      told.add(local.getPort() + " " + library);
    }

    @Override
    public void closed(InetSocketAddress local) {
      told.add("-" + local.getPort());
    }
  }

  @Test
  void aFailedStartOpens() {
    Gate gate = gate(Duration.ofSeconds(10), open);
    gate.fail();

    assertThat(gate.outbound(HTTP)).isNull();
    assertThat(gate.inbound(PEER, HTTP).verdict()).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void aFailedStartCloses() {
    Gate gate = gate(Duration.ofSeconds(10), closed);
    gate.fail();

    OutboundCall refused = gate.outbound(HTTP);
    assertThat(refused).isNotNull();
    assertThat(refused.start())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.status()).isEqualTo(503));
    assertThat(gate.inbound(PEER, HTTP).verdict()).isInstanceOf(Verdict.Refuse.class);
    assertThat(gate.outbound(HTTPS)).isNotNull();
  }

  @Test
  void anInterruptedCallerKeepsItsInterrupt() {
    Gate gate = gate(Duration.ofSeconds(10), open);
    Thread.currentThread().interrupt();

    assertThat(gate.owns("http", "reviews:9080")).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
