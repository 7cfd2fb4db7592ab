package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.hosts;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.await;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.telemetry.Telemetry.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decisions that come before the configuration they need. */
class ConfigurationWaitTest {

  private static final Snapshot REVIEWS =
      snapshot(table(route(any(), forward("v1"))), cluster("v1", endpoint(1)));
  private static final Snapshot HOSTS_ONLY = new Snapshot(hosts("reviews"), Map.of(), Map.of());
  private static final Duration TEN = Duration.ofSeconds(10);

  private final TestMesh open = new TestMesh();
  private final TestMesh closed = new TestMesh(s -> s.withFailMode(FailMode.CLOSED));

  private static void receive(TestMesh mesh, Snapshot snapshot) {
    mesh.engine.update(snapshot);
    mesh.source.ready.complete(null);
  }

  private static RequestHead get(String authority) {
    return new RequestHead("test", "GET", "http", authority, "/", TestMesh.headers());
  }

  private static void passes(Step step, String host, int port) {
    Step.Send sent = send(step);
    assertThat(sent.address().isUnresolved()).isTrue();
    assertThat(sent.address().getHostString()).isEqualTo(host);
    assertThat(sent.address().getPort()).isEqualTo(port);
    assertThat(sent.edits().isEmpty()).isTrue();
    assertThat(sent.timeout()).isNull();
  }

  @Test
  void waitsForTheHostTableThenForTheRules() {
    OutboundCall call = open.call(get("Reviews:9080"));
    open.time.advance(Duration.ofSeconds(2));
    Step.Wait first = await(call.start());
    assertThat(first.delay()).isEqualTo(Duration.ofSeconds(8));
    assertThat(first.signal()).isNotNull();
    receive(open, HOSTS_ONLY);
    open.time.advance(Duration.ofSeconds(1));
    Step.Wait second = await(call.resume());
    assertThat(open.source.subscribed).containsExactly("reviews:9080");
    assertThat(second.delay()).isEqualTo(Duration.ofSeconds(7)); // since the call began
    open.engine.update(REVIEWS);
    assertThat(send(call.resume()).address()).isEqualTo(Config.address(1));
    // The next one neither waits nor subscribes.
    send(open.call(get("reviews:9080")).start());
    assertThat(open.source.subscribed).hasSize(1);
    assertThat(open.recorder.events).isEmpty();
  }

  @Test
  void subscribesEachPortOnItsOwn() {
    receive(open, HOSTS_ONLY);
    await(open.call(get("reviews")).start());
    await(open.call(get("reviews.:80")).start());
    await(open.call(get("reviews:9080")).start());
    assertThat(open.source.subscribed).containsExactly("reviews:80", "reviews:9080");
    assertThat(open.engine.subscribed()).isEqualTo(2);
  }

  @Test
  void failsOpenWhenNothingComes() {
    OutboundCall call = open.call(get("reviews:9080"));
    await(call.start());
    open.time.advance(TEN);
    passes(call.resume(), "reviews", 9080);
    deliver(call.ended(failure(Kind.CONNECT))); // its own exception: nothing was decided
    assertThat(open.recorder.events).containsExactly(Event.FAILED_OPEN);
    // From now on nobody waits any more, and libraries that must decide early are told no.
    assertThat(open.engine.owns("http", "reviews")).isFalse();
    assertThat(open.engine.outbound(get("reviews:9080"))).isNull();
    assertThat(open.recorder.events).hasSize(2);
    assertThat(open.engine.inbound(new Peer(null, null), TestMesh.get("/")).verdict())
        .isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void isInForceAsSoonAsItComesHoweverLate() {
    open.time.advance(TEN);
    assertThat(open.engine.outbound(get("reviews:9080"))).isNull();
    open.update(REVIEWS);
    assertThat(send(open.call(get("reviews:9080")).start()).address()).isEqualTo(Config.address(1));
  }

  @Test
  void failsClosedForEveryHostWhenNothingComes() {
    OutboundCall call = closed.call(get("example.com"));
    await(call.start());
    closed.time.advance(TEN);
    assertThat(answer(call.resume()).status()).isEqualTo(503);
    assertThat(answer(closed.call(get("example.com")).start()).status()).isEqualTo(503);
    assertThat(closed.recorder.events).containsOnly(Event.FAILED_CLOSED);
    assertThat(closed.recorder.reports).hasSize(2);
    assertThat(closed.engine.owns("http", "example.com")).isTrue();
    assertThat(closed.engine.owns("https", "example.com")).isTrue();
  }

  @Test
  void failsClosedForTheMeshsHostsOnlyOnceTheyAreKnown() {
    receive(closed, HOSTS_ONLY);
    assertThat(closed.engine.outbound(get("example.com"))).isNull();
    OutboundCall call = closed.call(get("reviews:9080"));
    await(call.start());
    closed.time.advance(TEN);
    assertThat(answer(call.resume()).status()).isEqualTo(503);
  }

  @Test
  void letsACallGoWhoseHostTurnsOutNotToBeTheMeshs() {
    OutboundCall call = closed.call(get("example.com:8080"));
    await(call.start());
    receive(closed, HOSTS_ONLY);
    passes(call.resume(), "example.com", 8080);
    deliver(call.ended(response(200)));
    call.finished(TestMesh.done());
    assertThat(closed.engine.outboundInFlight()).isZero();
    assertThat(closed.recorder.events).isEmpty();
  }

  @Test
  void passesThroughAPortThatIsNotServed() {
    receive(open, HOSTS_ONLY);
    OutboundCall call = open.call(get("reviews:1234"));
    await(call.start());
    open.source.arrival("reviews:1234").complete(null);
    passes(call.resume(), "reviews", 1234);
    deliver(call.ended(response(200)));
    call.finished(TestMesh.done());
    assertThat(open.recorder.only().service().name()).isEqualTo("PassthroughCluster");
    // It may be served later.
    passes(open.call(get("reviews:1234")).start(), "reviews", 1234);
  }

  @Test
  void waitsForEachHostSinceItsOwnFirstUse() {
    receive(open, HOSTS_ONLY);
    open.time.advance(Duration.ofMinutes(5));
    Step.Wait first = await(open.call(get("reviews:9080")).start());
    assertThat(first.delay()).isEqualTo(TEN);
    open.time.advance(Duration.ofSeconds(9));
    assertThat(await(open.call(get("reviews:9080")).start()).delay())
        .isEqualTo(Duration.ofSeconds(1));
    open.time.advance(Duration.ofSeconds(1));
    passes(open.call(get("reviews:9080")).start(), "reviews", 9080);
    assertThat(open.recorder.events).containsExactly(Event.FAILED_OPEN);
  }

  @Test
  void refusesInboundWhenClosedAndNothingComes() throws Exception {
    Peer peer = new Peer(null, null);
    Verdict.Later waiting =
        (Verdict.Later) closed.engine.inbound(peer, TestMesh.get("/")).verdict();
    Verdict.Later lucky = (Verdict.Later) closed.engine.inbound(peer, TestMesh.get("/")).verdict();
    assertThat(waiting.verdict().toCompletableFuture()).isNotDone();
    closed.time.advance(TEN);
    assertThat(waiting.verdict().toCompletableFuture().get()).isInstanceOf(Verdict.Refuse.class);
    assertThat(lucky.verdict().toCompletableFuture().get()).isInstanceOf(Verdict.Refuse.class);
    Verdict.Refuse refuse =
        (Verdict.Refuse) closed.engine.inbound(peer, TestMesh.get("/")).verdict();
    assertThat(refuse.answer().status()).isEqualTo(503);
    receive(closed, HOSTS_ONLY);
    assertThat(closed.engine.inbound(peer, TestMesh.get("/")).verdict())
        .isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void letsInboundInWhenConfigurationComesInTime() throws Exception {
    Peer peer = new Peer(null, null);
    Verdict.Later waiting =
        (Verdict.Later) closed.engine.inbound(peer, TestMesh.get("/")).verdict();
    receive(closed, HOSTS_ONLY);
    assertThat(waiting.verdict().toCompletableFuture().get()).isInstanceOf(Verdict.Pass.class);
    closed.time.advance(TEN);
    assertThat(closed.recorder.events).isEmpty();
  }

  @Test
  void boundsTheHostsThatAnApplicationMakesUp() {
    TestMesh mesh = new TestMesh();
    receive(
        mesh, new Snapshot(new HostTable(Set.of(), List.of(".example.com")), Map.of(), Map.of()));
    for (int i = 0; i < 5_000; i++) {
      mesh.call(get("h" + i + ".example.com")).start();
    }
    assertThat(mesh.engine.subscribed()).isEqualTo(4096);
    assertThat(mesh.recorder.events).contains(Event.TOO_MANY_HOSTS);
  }
}
