package dev.weft.engine;

import static dev.weft.engine.Config.ISTIO;
import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.retries;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.await;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.RetryPolicy.On;
import dev.weft.engine.config.Route;
import dev.weft.engine.telemetry.Telemetry.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryTest {

  private static final Cluster THREE = cluster("v1", endpoint(1), endpoint(2), endpoint(3));

  private static TestMesh mesh(RetryPolicy policy) {
    return mesh(policy, null);
  }

  private static TestMesh mesh(RetryPolicy policy, @Nullable Duration timeout) {
    return TestMesh.of(snapshot(table(route(any(), forward("v1", timeout, policy))), THREE));
  }

  private static Step.Send again(TestMesh mesh, OutboundCall call, Step step) {
    Step.Wait wait = await(step);
    mesh.time.advance(Objects.requireNonNull(wait.delay()));
    return send(call.resume());
  }

  @Test
  void triesTwiceMoreByIstiosDefaultEachTimeElsewhere() {
    TestMesh mesh = mesh(ISTIO);
    OutboundCall call = mesh.call();
    Set<InetSocketAddress> tried = new HashSet<>();
    Step.Send first = send(call.start());
    assertThat(TestMesh.set(first, "x-envoy-attempt-count")).isEqualTo("1");
    tried.add(first.address());
    Step.Send second = again(mesh, call, call.ended(failure(Kind.CONNECT)));
    assertThat(TestMesh.set(second, "x-envoy-attempt-count")).isEqualTo("2");
    tried.add(second.address());
    Step.Send third = again(mesh, call, call.ended(failure(Kind.CONNECT)));
    assertThat(TestMesh.set(third, "x-envoy-attempt-count")).isEqualTo("3");
    tried.add(third.address());
    assertThat(tried).hasSize(3);
    // What the first try was told is not changed under its feet, and the request keeps its id.
    assertThat(TestMesh.set(first, "x-envoy-attempt-count")).isEqualTo("1");
    assertThat(TestMesh.set(third, "x-request-id")).isEqualTo(TestMesh.set(first, "x-request-id"));

    Step.Answer answer = answer(call.ended(failure(Kind.CONNECT)));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. retried and the latest"
                + " reset reason: remote connection failure, transport failure reason: Connection"
                + " refused");
    assertThat(mesh.recorder.only().flags()).isEqualTo("UF,URX");
    assertThat(mesh.recorder.only().tries()).isEqualTo(3);
    assertThat(mesh.recorder.events).containsExactly(Event.RETRIED, Event.RETRIED);
  }

  @Test
  void leavesA503AloneByIstiosDefault() {
    TestMesh mesh = mesh(ISTIO);
    OutboundCall call = mesh.call();
    call.start();
    deliver(call.ended(response(503)));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().status()).isEqualTo(503);
    assertThat(mesh.recorder.only().flags()).isEqualTo("-");
  }

  @Test
  void neverSendsAgainWhatMayHaveArrived() {
    TestMesh mesh = mesh(ISTIO);
    OutboundCall call = mesh.call();
    call.start();
    Step.Answer answer = answer(call.ended(failure(Kind.RESET)));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .startsWith(
            "upstream connect error or disconnect/reset before headers. reset reason: connection"
                + " termination");
    assertThat(mesh.recorder.only().flags()).isEqualTo("UC");
  }

  @Test
  void sendsAgainWhatTheRuleSays() {
    TestMesh mesh = mesh(retries(2, On.RESET, On.FIVE_XX));
    OutboundCall call = mesh.call();
    call.start();
    again(mesh, call, call.ended(failure(Kind.RESET)));
    again(mesh, call, call.ended(response(500)));
    deliver(call.ended(response(200)));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().flags()).isEqualTo("-");
    assertThat(mesh.recorder.only().tries()).isEqualTo(3);
  }

  @Test
  void deliversTheLastResponseWhenRetriesAreUsedUp() {
    TestMesh mesh = mesh(retries(1, On.FIVE_XX));
    OutboundCall call = mesh.call();
    call.start();
    again(mesh, call, call.ended(response(503)));
    deliver(call.ended(response(502)));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().status()).isEqualTo(502);
    assertThat(mesh.recorder.only().flags()).isEqualTo("URX");
  }

  @Test
  void doesNotSendAgainWhatCannotBeReplayed() {
    TestMesh mesh = mesh(retries(3, On.FIVE_XX, On.RESET));
    OutboundCall call = mesh.call();
    call.start();
    deliver(call.ended(new Outcome.Head(503, Headers.NONE, false)));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().flags()).isEqualTo("-");
    OutboundCall other = mesh.call();
    other.start();
    answer(other.ended(new Outcome.Failed(Kind.RESET, new IOException(), false)));
  }

  @Test
  void retriesGrpcByItsStatus() {
    TestMesh mesh = mesh(ISTIO);
    OutboundCall call = mesh.call(TestMesh.grpc());
    Step.Send first = send(call.start());
    assertThat(first.keep()).isEqualTo(64 * 1024);
    again(mesh, call, call.ended(response(200, "grpc-status", "14")));
    deliver(call.ended(response(200, "grpc-status", "5")));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().grpcStatus()).isEqualTo("5");
  }

  @Test
  void keepsBodiesOnlyForRulesThatMaySendThemAgain() {
    assertThat(send(mesh(RetryPolicy.NONE).call().start()).keep()).isZero();
    assertThat(send(mesh(retries(2, On.CONNECT_FAILURE)).call().start()).keep()).isZero();
    assertThat(send(mesh(retries(2, On.RESET)).call().start()).keep()).isEqualTo(64 * 1024);
  }

  @Test
  void countsAByteOfAnEarlierTry() {
    TestMesh mesh = mesh(retries(3, On.RESET_BEFORE_REQUEST, On.RETRIABLE_4XX));
    OutboundCall call = mesh.call();
    call.start();
    again(mesh, call, call.ended(failure(Kind.CONNECT)));
    // Now something was sent: neither this reset nor a later connect failure is "before".
    answer(call.ended(failure(Kind.RESET)));
  }

  @Test
  void backsOffNoLongerThanTheCallMayLast() {
    TestMesh mesh = mesh(retries(5, On.FIVE_XX), Duration.ofMillis(3));
    OutboundCall call = mesh.call();
    Step.Send first = send(call.start());
    assertThat(first.timeout()).isEqualTo(Duration.ofMillis(3));
    Step step = call.ended(response(500));
    while (step instanceof Step.Wait wait) {
      mesh.time.advance(Objects.requireNonNull(wait.delay()));
      step = call.resume();
      step = step instanceof Step.Send ? call.ended(response(500)) : step;
    }
    assertThat(answer(step).status()).isEqualTo(504);
    assertThat(mesh.recorder.only().flags()).contains("UT");
    assertThat(mesh.recorder.only().nanos())
        .isBetween(Duration.ofMillis(3).toNanos(), Duration.ofMillis(3).toNanos() + 1);
  }

  @Test
  void staysWithTheClusterThatWasDrawn() {
    RetryPolicy policy = retries(2, On.FIVE_XX);
    var action =
        new Route.Action.Forward(
            List.of(Config.to("v1", 1), Config.to("v2", 1)), null, null, policy);
    TestMesh mesh =
        TestMesh.of(
            snapshot(
                table(route(any(), action)),
                cluster("v1", endpoint(1), endpoint(2)),
                cluster("v2", endpoint(11), endpoint(12))));
    for (int i = 0; i < 50; i++) {
      OutboundCall call = mesh.call(get("/"));
      int first = send(call.start()).address().getAddress().getAddress()[3];
      int second =
          again(mesh, call, call.ended(response(500))).address().getAddress().getAddress()[3];
      assertThat(second / 10).isEqualTo(first / 10);
      assertThat(second).isNotEqualTo(first);
      call.cancelled();
    }
  }

  @Test
  void countsActiveRequestsOverTries() {
    TestMesh mesh = mesh(retries(1, On.FIVE_XX));
    OutboundCall call = mesh.call();
    InetSocketAddress first = send(call.start()).address();
    assertThat(active(mesh)).isEqualTo(Map.of(first, 1));
    Step.Wait wait = await(call.ended(response(500)));
    assertThat(active(mesh)).isEmpty();
    mesh.time.advance(Objects.requireNonNull(wait.delay()));
    InetSocketAddress second = send(call.resume()).address();
    assertThat(active(mesh)).isEqualTo(Map.of(second, 1));
    deliver(call.ended(response(200)));
    assertThat(active(mesh)).isEqualTo(Map.of(second, 1));
    call.finished(TestMesh.done());
    assertThat(active(mesh)).isEmpty();
  }

  private static Map<InetSocketAddress, Integer> active(TestMesh mesh) {
    var balancer = Objects.requireNonNull(mesh.engine.plan().balancers().get("v1"));
    Map<InetSocketAddress, Integer> active = new HashMap<>();
    for (int i = 1; i <= 3; i++) {
      if (balancer.active(Config.address(i)) != 0) {
        active.put(Config.address(i), balancer.active(Config.address(i)));
      }
    }
    return active;
  }

  /** Two endpoints of each of two priorities, and a try at each address until all are used up. */
  private static List<Integer> priorities(int updates, int retries) {
    RetryPolicy policy =
        new RetryPolicy(
            retries,
            Set.of(On.FIVE_XX),
            List.of(),
            null,
            Duration.ofMillis(25),
            Duration.ofMillis(250),
            5,
            updates);
    Cluster cluster =
        cluster(
            "v1",
            endpoint(1, 1, Cluster.Health.HEALTHY, 0),
            endpoint(2, 1, Cluster.Health.HEALTHY, 0),
            endpoint(3, 1, Cluster.Health.HEALTHY, 1),
            endpoint(4, 1, Cluster.Health.HEALTHY, 1));
    TestMesh mesh =
        TestMesh.of(snapshot(table(route(any(), forward("v1", null, policy))), cluster));
    OutboundCall call = mesh.call();
    Step step = call.start();
    List<Integer> seen = new ArrayList<>();
    while (true) {
      if (step instanceof Step.Wait wait) {
        mesh.time.advance(Objects.requireNonNull(wait.delay()));
        step = call.resume();
      } else if (step instanceof Step.Send send) {
        seen.add(send.address().getAddress().getAddress()[3] <= 2 ? 0 : 1);
        step = call.ended(response(503));
      } else {
        return seen;
      }
    }
  }

  @Test
  void everySecondRetryTurnsToPrioritiesThatWereNotTried() {
    assertThat(priorities(2, 5)).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void withoutThatRetriesStayWithThePriority() {
    assertThat(priorities(0, 3)).containsExactly(0, 0, 0, 0);
  }
}
