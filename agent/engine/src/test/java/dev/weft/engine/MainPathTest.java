package dev.weft.engine;

import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.telemetry.PeerMetadata;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A request that meets no trouble. */
class MainPathTest {

  private final TestMesh mesh =
      TestMesh.of(snapshot(table(route(Config.any(), forward("v1"))), cluster("v1", endpoint(1))));

  @Test
  void sendsToTheEndpointAndTellsWhoAsks() {
    OutboundCall call = mesh.call(get("/reviews/7?full"));
    Step.Send send = send(call.start());
    assertThat(send.address()).isEqualTo(Config.address(1));
    assertThat(send.authority()).isEqualTo("reviews:9080");
    assertThat(send.target()).isEqualTo("/reviews/7?full");
    assertThat(send.timeout()).isNull();
    assertThat(TestMesh.set(send, "x-envoy-attempt-count")).isEqualTo("1");
    assertThat(TestMesh.set(send, PeerMetadata.ID_HEADER)).startsWith("weft~10.0.0.1~shop-1");
    assertThat(TestMesh.set(send, "x-request-id")).hasSize(36);
    assertThat(TestMesh.set(send, "traceparent")).isNull();
  }

  @Test
  void reportsOnceWhenTheBodyIsOver() {
    OutboundCall call = mesh.call(get("/"));
    call.start();
    mesh.time.advance(Duration.ofMillis(3));
    Step.Deliver delivered = deliver(call.ended(response(200)));
    assertThat(delivered.edits().remove()).contains(PeerMetadata.HEADER);
    assertThat(mesh.recorder.reports).isEmpty();
    mesh.time.advance(Duration.ofMillis(4));
    call.finished(TestMesh.done());
    call.finished(TestMesh.done());
    call.cancelled();
    Recorder.Told told = mesh.recorder.only();
    assertThat(told.status()).isEqualTo(200);
    assertThat(told.flags()).isEqualTo("-");
    assertThat(told.tries()).isEqualTo(1);
    assertThat(told.service()).isEqualTo(Config.SERVICE);
    assertThat(told.peer().name()).isEqualTo("reviews-1");
    assertThat(told.nanos()).isEqualTo(Duration.ofMillis(7).toNanos());
    assertThat(mesh.engine.outboundInFlight()).isZero();
  }

  @Test
  void leavesOtherHostsAlone() {
    assertThat(mesh.engine.owns("http", "example.com")).isFalse();
    assertThat(mesh.engine.owns("ws", "reviews:9080")).isFalse();
    assertThat(mesh.engine.owns("HTTP", "Reviews.:9080")).isTrue();
    RequestHead other =
        new RequestHead("test", "GET", "http", "example.com", "/", TestMesh.headers());
    assertThat(mesh.engine.outbound(other)).isNull();
  }
}
