package dev.weft.engine;

import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Limits;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.TrafficPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a process may ask of a cluster at the same time. */
class LimitsTest {

  private static Limits limits(long requests, long retries, Limits.@Nullable Budget budget) {
    return new Limits(Limits.UNLIMITED, Limits.UNLIMITED, requests, retries, budget);
  }

  private static final RetryPolicy RETRIES =
      new RetryPolicy(
          3, Set.of(RetryPolicy.On.FIVE_XX), List.of(), null, Duration.ZERO, Duration.ZERO, 0);

  private static Snapshot configuration(Limits limits) {
    Cluster cluster =
        new Cluster(
            "c",
            Discovery.ENDPOINTS,
            TrafficPolicy.of(LoadBalancing.RANDOM, Duration.ofSeconds(1)).withLimits(limits),
            Config.SERVICE,
            List.of(endpoint(1), endpoint(2)));
    return snapshot(table(route(Config.any(), forward("c", null, RETRIES))), cluster);
  }

  @Test
  void oneRequestTooManyIsAnsweredHere() {
    TestMesh mesh = TestMesh.of(configuration(limits(2, 9, null)));
    OutboundCall first = mesh.call();
    OutboundCall second = mesh.call();
    send(first.start());
    send(second.start());
    Step.Answer overflow = answer(mesh.call().start());
    assertThat(overflow.status()).isEqualTo(503);
    assertThat(new String(overflow.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. reset reason: overflow");
    assertThat(overflow.headers().set()).contains(Map.entry("x-envoy-overloaded", "true"));
    assertThat(mesh.recorder.only().flags()).isEqualTo("UO");

    deliver(first.ended(response(200)));
    answer(mesh.call().start()); // its body is on the way
    first.finished(TestMesh.done());
    OutboundCall third = mesh.call();
    send(third.start());
    second.cancelled();
    send(mesh.call().start());
  }

  @Test
  void theLimitHoldsOverConfigurations() {
    TestMesh mesh = TestMesh.of(configuration(limits(1, 9, null)));
    OutboundCall call = mesh.call();
    send(call.start());
    mesh.update(configuration(limits(1, 9, null)));
    answer(mesh.call().start());
    mesh.update(configuration(limits(2, 9, null)));
    send(mesh.call().start());
  }

  @Test
  void retriesAreLimited() {
    TestMesh mesh = TestMesh.of(configuration(limits(9, 1, null)));
    OutboundCall first = mesh.call();
    OutboundCall second = mesh.call();
    first.start();
    second.start();
    send(first.ended(response(500)));
    deliver(second.ended(response(500)));
    second.finished(TestMesh.done());
    assertThat(mesh.recorder.only().flags()).isEqualTo("UO");
    send(first.ended(response(500))); // its own retry is over
    deliver(first.ended(response(200)));
    first.finished(TestMesh.done());
    OutboundCall third = mesh.call();
    third.start();
    send(third.ended(response(500)));
    third.cancelled();
    OutboundCall fourth = mesh.call();
    fourth.start();
    send(fourth.ended(response(500)));
  }

  @Test
  void aBudgetGrowsWithTheRequests() {
    Limits.Budget budget = new Limits.Budget(20, 1, Duration.ZERO);
    TestMesh mesh = TestMesh.of(configuration(limits(99, 0, budget)));
    assertThat(retried(mesh, 4)).isEqualTo(1);
    assertThat(retried(mesh, 20)).isEqualTo(4);
  }

  @Test
  void aBudgetRemembersTheRequestsOfItsInterval() {
    Limits.Budget budget = new Limits.Budget(10, 1, Duration.ofSeconds(10));
    TestMesh mesh = TestMesh.of(configuration(limits(99, 0, budget)));
    serve(mesh, 100);
    mesh.time.advance(Duration.ofMillis(5_500));
    mesh.update(configuration(limits(99, 0, budget)));
    serve(mesh, 20);
    mesh.time.advance(Duration.ofMillis(5_400));
    // A tenth of the interval is forgotten as a whole. Retries are requests, too.
    assertThat(retried(mesh, 20)).isEqualTo(15);
    mesh.time.advance(Duration.ofMillis(200));
    assertThat(retried(mesh, 20)).isEqualTo(8);
    mesh.time.advance(Duration.ofSeconds(11));
    assertThat(retried(mesh, 20)).isEqualTo(2);
  }

  private static void serve(TestMesh mesh, int requests) {
    for (int i = 0; i < requests; i++) {
      OutboundCall call = mesh.call();
      send(call.start());
      deliver(call.ended(response(200)));
      call.finished(TestMesh.done());
    }
  }

  private static int retried(TestMesh mesh, int requests) {
    List<OutboundCall> calls = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      OutboundCall call = mesh.call();
      call.start();
      calls.add(call);
    }
    int retried = 0;
    for (OutboundCall call : calls) {
      retried += call.ended(response(500)) instanceof Step.Send ? 1 : 0;
    }
    calls.forEach(OutboundCall::cancelled);
    return retried;
  }
}
