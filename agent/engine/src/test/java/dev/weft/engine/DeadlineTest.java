package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.headers;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Work that nobody waits for any more stops. */
class DeadlineTest {

  private static final String HEADER = "x-left";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static TestMesh mesh(@Nullable String header, @Nullable Duration timeout) {
    TestMesh mesh = new TestMesh(settings -> settings.withDeadlineHeader(header));
    mesh.update(
        snapshot(
            table(route(any(), forward("v1", timeout, RetryPolicy.NONE))),
            cluster("v1", endpoint(1))));
    return mesh;
  }

  private static InboundCall inbound(TestMesh mesh, RequestHead head) {
    return mesh.engine.inbound(new Peer(null, null), head);
  }

  private static OutboundCall causedBy(InboundCall inbound, TestMesh mesh) {
    InboundCall before = Context.enter(inbound);
    try {
      return mesh.call();
    } finally {
      Context.exit(before);
    }
  }

  @Test
  void whatARequestCausesEndsWithItsCallersPatience() {
    TestMesh mesh = mesh(HEADER, null);
    InboundCall inbound = inbound(mesh, get("/", "X-Left", "1500"));
    mesh.time.advance(SECOND);
    Step.Send send = send(causedBy(inbound, mesh).start());
    assertThat(send.timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(TestMesh.set(send, HEADER)).as("and says so in turn").isEqualTo("500");
    assertThat(TestMesh.set(send, "x-envoy-expected-rq-timeout-ms")).isEqualTo("500");
  }

  @Test
  void theShorterOfBothCounts() {
    TestMesh mesh = mesh(HEADER, SECOND);
    InboundCall inbound = inbound(mesh, get("/", HEADER, "1500"));
    assertThat(send(causedBy(inbound, mesh).start()).timeout()).isEqualTo(SECOND);
    mesh.time.advance(SECOND);
    assertThat(send(causedBy(inbound, mesh).start()).timeout()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void whatComesTooLateIsNotSent() {
    TestMesh mesh = mesh(HEADER, null);
    InboundCall inbound = inbound(mesh, get("/", HEADER, "1000"));
    mesh.time.advance(Duration.ofSeconds(2));
    Step.Answer answer = answer(causedBy(inbound, mesh).start());
    assertThat(answer.status()).isEqualTo(504);
    assertThat(mesh.recorder.only().flags()).isEqualTo("UT");
  }

  @Test
  void workInTheBackgroundIsNobodysWait() {
    TestMesh mesh = mesh(HEADER, null);
    InboundCall inbound = inbound(mesh, get("/", HEADER, "1000"));
    inbound.finished(200, Completion.of(0));
    assertThat(send(causedBy(inbound, mesh).start()).timeout()).isNull();
  }

  @Test
  void nothingIsBoundedUnlessThatIsWanted() {
    TestMesh mesh = mesh(null, null);
    InboundCall inbound = inbound(mesh, get("/", HEADER, "1000"));
    Step.Send send = send(causedBy(inbound, mesh).start());
    assertThat(send.timeout()).isNull();
    assertThat(TestMesh.set(send, "x-envoy-expected-rq-timeout-ms")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1000m,,1000",
    "2S,,2000",
    "1M,,60000",
    "1H,,3600000",
    "500000u,,500",
    "7000000n,,7",
    "2S,1000,1000",
    "2S,3000,2000",
    ",86400000,86400000",
    // What nobody can read says nothing.
    "2X,,-1",
    "S,,-1",
    "123456789m,,-1",
    "-1m,,-1",
    ",1.5,-1",
    ",-1,-1",
    ",,-1",
  })
  void grpcSaysItItsOwnWay(@Nullable String grpc, @Nullable String own, long millis) {
    long left =
        Deadlines.left(
            headers("grpc-timeout", grpc == null ? "" : grpc, HEADER, own == null ? "" : own),
            HEADER,
            true);
    assertThat(left).isEqualTo(millis < 0 ? -1 : Duration.ofMillis(millis).toNanos());
  }

  @Test
  void grpcsTimeoutIsForGrpcAlone() {
    assertThat(Deadlines.left(headers("grpc-timeout", "1S"), HEADER, false)).isEqualTo(-1);
  }
}
