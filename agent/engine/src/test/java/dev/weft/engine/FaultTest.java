package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.await;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.done;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Fault;
import dev.weft.engine.config.Fraction;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Envoy's fault filter: delays, errors, both, and how often. */
class FaultTest {

  private static TestMesh mesh(Fault.@Nullable Delay delay, Fault.@Nullable Abort abort) {
    HeaderRules response = new HeaderRules(List.of(), List.of(Map.entry("x-e", "v")), List.of());
    Route route =
        new Route(
            "r",
            any(),
            forward("v1", Duration.ofSeconds(1), RetryPolicy.NONE),
            HeaderRules.NONE,
            response,
            new Fault(delay, abort),
            null);
    return TestMesh.of(snapshot(table(route), cluster("v1", endpoint(1))));
  }

  private static Fault.Delay delay(Fraction share) {
    return new Fault.Delay(Duration.ofSeconds(7), share);
  }

  private static Fault.Abort abort(Fraction share) {
    return new Fault.Abort(555, null, share);
  }

  @Test
  void aDelayComesBeforeTheRequestAndItsTimeout() {
    TestMesh mesh = mesh(delay(Fraction.ALL), null);
    OutboundCall call = mesh.call();
    assertThat(await(call.start()).delay()).isEqualTo(Duration.ofSeconds(7));
    mesh.time.advance(Duration.ofSeconds(7));
    Step.Send send = send(call.resume());
    assertThat(send.timeout()).as("none of it was used up").isEqualTo(Duration.ofSeconds(1));
    deliver(call.ended(response(200)));
    call.finished(done());
    assertThat(mesh.recorder.only().flags()).isEqualTo("DI");
    assertThat(mesh.recorder.only().nanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
  }

  @Test
  void anErrorTakesTheRequestsPlace() {
    TestMesh mesh = mesh(null, abort(Fraction.ALL));
    Step.Answer answer = answer(mesh.call().start());
    assertThat(answer.status()).isEqualTo(555);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("fault filter abort");
    assertThat(answer.headers().set())
        .contains(Map.entry("x-weft-flags", "FI"), Map.entry("x-e", "v"));
    assertThat(mesh.recorder.only().flags()).isEqualTo("FI");
    assertThat(mesh.recorder.only().tries()).isZero();
  }

  @Test
  void anErrorFollowsADelay() {
    TestMesh mesh = mesh(delay(Fraction.ALL), abort(Fraction.ALL));
    OutboundCall call = mesh.call();
    await(call.start());
    assertThat(answer(call.resume()).status()).isEqualTo(555);
    assertThat(mesh.recorder.only().flags()).isEqualTo("DI,FI");
  }

  @Test
  void aShareOfNothingNeverHappens() {
    TestMesh mesh = mesh(delay(Fraction.NONE), abort(Fraction.NONE));
    for (int i = 0; i < 1000; i++) {
      send(mesh.call().start());
    }
  }

  @Test
  void aShareIsDrawnForEachRequest() {
    TestMesh mesh = mesh(null, abort(new Fraction(125_000, 1_000_000)));
    int aborted = 0;
    for (int i = 0; i < 10_000; i++) {
      aborted += mesh.call().start() instanceof Step.Answer ? 1 : 0;
    }
    assertThat(aborted).isCloseTo(1250, within(200));
  }

  @Test
  void aGrpcCallGetsItsOwnStatus() {
    TestMesh mesh = mesh(null, new Fault.Abort(200, 14, Fraction.ALL));
    Step.Answer answer = answer(mesh.call(TestMesh.grpc()).start());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().set())
        .contains(Map.entry("grpc-status", "14"), Map.entry("grpc-message", "fault filter abort"));
    assertThat(mesh.recorder.only().grpcStatus()).isEqualTo("14");
  }

  @Test
  void aGrpcStatusIsNoErrorToOthers() {
    // As in Envoy: the request is answered nevertheless.
    TestMesh mesh = mesh(null, new Fault.Abort(200, 14, Fraction.ALL));
    Step.Answer answer = answer(mesh.call().start());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().set().stream().map(Map.Entry::getKey))
        .doesNotContain("grpc-status");
  }

  @Test
  void whoGivesUpDuringADelayIsToldAsSuch() {
    TestMesh mesh = mesh(delay(Fraction.ALL), null);
    OutboundCall call = mesh.call();
    await(call.start());
    call.cancelled();
    assertThat(mesh.recorder.only().flags()).isEqualTo("DC,DI");
  }
}
