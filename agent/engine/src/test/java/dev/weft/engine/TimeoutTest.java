package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
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

import dev.weft.bridge.Completion;
import dev.weft.bridge.Headers;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.Step;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.RetryPolicy.On;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeoutTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private static TestMesh mesh(@Nullable Duration timeout, @Nullable Duration perTry, On... on) {
    RetryPolicy policy =
        new RetryPolicy(
            on.length == 0 ? 0 : 2,
            Set.of(on),
            List.of(),
            perTry,
            Duration.ofMillis(1),
            Duration.ofMillis(10),
            5);
    return TestMesh.of(
        snapshot(
            table(route(any(), forward("v1", timeout, policy))),
            cluster("v1", endpoint(1), endpoint(2))));
  }

  @Test
  void answers504WhenTheCallTakesTooLong() {
    TestMesh mesh = mesh(SECOND, null, On.FIVE_XX);
    OutboundCall call = mesh.call();
    assertThat(send(call.start()).timeout()).isEqualTo(SECOND);
    mesh.time.advance(SECOND);
    Step.Answer answer = answer(call.ended(failure(Kind.TIMEOUT))); // no retry: time is over
    assertThat(answer.status()).isEqualTo(504);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("upstream request timeout");
    assertThat(mesh.recorder.only().flags()).isEqualTo("UT");
  }

  @Test
  void spansAllTries() {
    TestMesh mesh = mesh(SECOND, null, On.FIVE_XX);
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(Duration.ofMillis(600));
    Step.Wait wait = await(call.ended(response(500)));
    Duration pause = Objects.requireNonNull(wait.delay());
    mesh.time.advance(pause);
    assertThat(send(call.resume()).timeout()).isEqualTo(Duration.ofMillis(400).minus(pause));
  }

  @Test
  void triesAgainAfterThePerTryTimeoutWhereTheRuleRetriesResets() {
    for (On on : List.of(On.RESET, On.FIVE_XX, On.GATEWAY_ERROR)) {
      TestMesh mesh = mesh(Duration.ofSeconds(10), SECOND, on);
      OutboundCall call = mesh.call();
      assertThat(send(call.start()).timeout()).isEqualTo(SECOND);
      mesh.time.advance(SECOND);
      await(call.ended(failure(Kind.TIMEOUT)));
      assertThat(send(call.resume()).timeout()).isEqualTo(SECOND);
    }
  }

  @Test
  void answers504AfterThePerTryTimeoutOtherwise() {
    TestMesh mesh = mesh(null, SECOND, On.CONNECT_FAILURE);
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(SECOND);
    assertThat(answer(call.ended(failure(Kind.TIMEOUT))).status()).isEqualTo(504);
    assertThat(mesh.recorder.only().flags()).isEqualTo("UT");
  }

  @Test
  void shortensTheLastTryToWhatIsLeft() {
    TestMesh mesh = mesh(Duration.ofMillis(1500), SECOND, On.FIVE_XX);
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(SECOND);
    Step.Wait wait = await(call.ended(failure(Kind.TIMEOUT)));
    mesh.time.advance(Objects.requireNonNull(wait.delay()));
    Duration left = Objects.requireNonNull(send(call.resume()).timeout());
    assertThat(left).isLessThanOrEqualTo(Duration.ofMillis(500));
    mesh.time.advance(left);
    assertThat(answer(call.ended(failure(Kind.TIMEOUT))).status()).isEqualTo(504);
  }

  @Test
  void leavesALibrarysOwnTimeoutToTheApplication() {
    TestMesh mesh = mesh(SECOND, null, On.FIVE_XX);
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(Duration.ofMillis(200));
    deliver(call.ended(failure(Kind.TIMEOUT)));
    assertThat(mesh.recorder.only().flags()).isEqualTo("DC");
  }

  @Test
  void tellsWhenABodyWasCutByTheTimeout() {
    TestMesh mesh = mesh(SECOND, null);
    OutboundCall call = mesh.call();
    call.start();
    deliver(call.ended(response(200)));
    mesh.time.advance(SECOND);
    call.finished(new Completion(7, Headers.NONE, new IOException("cut")));
    assertThat(mesh.recorder.only().flags()).isEqualTo("UT");
    assertThat(mesh.recorder.only().status()).isEqualTo(200);
  }

  @Test
  void tellsWhenABodyBroke() {
    TestMesh mesh = mesh(SECOND, null);
    OutboundCall call = mesh.call();
    call.start();
    deliver(call.ended(response(200)));
    call.finished(new Completion(7, Headers.NONE, new IOException("broken")));
    assertThat(mesh.recorder.only().flags()).isEqualTo("UC");
  }

  @Test
  void aTrysOwnTimeoutEndsWhereItsResponseBegins() {
    TestMesh mesh = mesh(null, SECOND, On.FIVE_XX);
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(Duration.ofMillis(900));
    assertThat(deliver(call.ended(response(200))).timeout()).isEqualTo(Duration.ZERO);
    mesh.time.advance(SECOND);
    call.finished(new Completion(7, Headers.NONE, new IOException("broken")));
    assertThat(mesh.recorder.only().flags()).isEqualTo("UC");
  }

  @Test
  void theCallsTimeoutGoesOnBehindATrys() {
    TestMesh mesh = mesh(Duration.ofSeconds(10), SECOND, On.FIVE_XX);
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(Duration.ofMillis(900));
    Duration left = deliver(call.ended(response(200))).timeout();
    assertThat(left).isEqualTo(Duration.ofMillis(9100));
    mesh.time.advance(left);
    call.finished(new Completion(7, Headers.NONE, new IOException("cut")));
    assertThat(mesh.recorder.only().flags()).isEqualTo("UT");
  }

  @Test
  void theCallsTimeoutNeedsNoOtherTimerWhereItIsTheTrys() {
    TestMesh mesh = mesh(SECOND, null);
    OutboundCall call = mesh.call();
    call.start();
    assertThat(deliver(call.ended(response(200))).timeout()).isNull();
    call.finished(TestMesh.done());
  }
}
