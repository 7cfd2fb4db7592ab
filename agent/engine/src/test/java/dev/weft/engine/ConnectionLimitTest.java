package dev.weft.engine;

import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.await;
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
import dev.weft.engine.config.RetryPolicy.On;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.TrafficPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests that have a connection for themselves wait for one, as many as may. */
class ConnectionLimitTest {

  private static Snapshot configuration(int connections, int pending, @Nullable Duration timeout) {
    Cluster cluster =
        new Cluster(
            "c",
            Discovery.ENDPOINTS,
            TrafficPolicy.of(LoadBalancing.RANDOM, Duration.ofSeconds(1))
                .withLimits(new Limits(connections, pending, 99, 99, null)),
            Config.SERVICE,
            List.of(endpoint(1), endpoint(2)));
    return snapshot(
        table(route(Config.any(), forward("c", timeout, Config.retries(1, On.FIVE_XX)))), cluster);
  }

  private final TestMesh mesh = TestMesh.of(configuration(1, 2, null));

  /** What would wake the call, having woken it. */
  private Step woken(OutboundCall call, Step.Wait wait) {
    mesh.time.advance(Duration.ZERO);
    assertThat(Objects.requireNonNull(wait.signal()).toCompletableFuture()).isDone();
    return call.resume();
  }

  private boolean isWoken(Step.Wait wait) {
    mesh.time.advance(Duration.ZERO);
    return Objects.requireNonNull(wait.signal()).toCompletableFuture().isDone();
  }

  @Test
  void whoComesTooLateWaitsInOrder() {
    OutboundCall first = mesh.call();
    OutboundCall second = mesh.call();
    OutboundCall third = mesh.call();
    send(first.start());
    Step.Wait wait = await(second.start());
    assertThat(wait.delay()).isNull();
    assertThat(wait.counts()).isTrue();
    Step.Wait later = await(third.start());
    assertThat(isWoken(wait)).isFalse();

    deliver(first.ended(response(200)));
    assertThat(isWoken(wait)).isFalse(); // the body is still on the connection
    first.finished(TestMesh.done());
    assertThat(isWoken(later)).isFalse();
    send(woken(second, wait));
    OutboundCall fourth = mesh.call();
    Step.Wait last = await(fourth.start()); // nobody passes those who wait
    second.cancelled();
    send(woken(third, later));
    third.cancelled();
    send(woken(fourth, last));
  }

  @Test
  void whoMayNotEvenWaitIsAnswered() {
    send(mesh.call().start());
    OutboundCall waiting = mesh.call();
    await(waiting.start());
    await(mesh.call().start());
    Step.Answer overflow = answer(mesh.call().start());
    assertThat(overflow.status()).isEqualTo(503);
    assertThat(mesh.recorder.only().flags()).isEqualTo("UO");
    waiting.cancelled();
    await(mesh.call().start()); // its place is free
  }

  @Test
  void theCallsTimeRunsWhileItWaits() {
    mesh.update(configuration(1, 2, Duration.ofSeconds(3)));
    OutboundCall first = mesh.call();
    send(first.start());
    OutboundCall second = mesh.call();
    Step.Wait wait = await(second.start());
    assertThat(wait.delay()).isEqualTo(Duration.ofSeconds(3));
    mesh.time.advance(Duration.ofSeconds(3));
    assertThat(answer(second.resume()).status()).isEqualTo(504);
    assertThat(mesh.recorder.only().flags()).isEqualTo("UT");
    first.cancelled();
    send(mesh.call().start()); // the slot did not go to the one that gave up
  }

  @Test
  void aRetryWaitsAnew() {
    OutboundCall first = mesh.call();
    OutboundCall second = mesh.call();
    send(first.start());
    Step.Wait wait = await(second.start());
    mesh.time.advance(Objects.requireNonNull(await(first.ended(response(503))).delay()));
    Step.Wait again = await(first.resume());
    send(woken(second, wait));
    second.cancelled();
    send(woken(first, again));
  }

  @Test
  void requestsThatShareConnectionsNeedNone() {
    send(mesh.call().start());
    send(mesh.call(TestMesh.grpc()).start());
    send(mesh.call(TestMesh.grpc()).start());
  }

  @Test
  void aHigherLimitLetsThoseGoWhoWait() {
    send(mesh.call().start());
    OutboundCall second = mesh.call();
    OutboundCall third = mesh.call();
    Step.Wait wait = await(second.start());
    Step.Wait later = await(third.start());
    mesh.update(configuration(2, 2, null));
    send(woken(second, wait));
    assertThat(isWoken(later)).isFalse();
    mesh.update(configuration(3, 2, null));
    send(woken(third, later));
    mesh.update(configuration(1, 2, null));
    second.cancelled();
    third.cancelled();
    await(mesh.call().start()); // the first still has the only one
  }
}
