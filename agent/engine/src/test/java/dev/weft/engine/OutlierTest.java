package dev.weft.engine;

import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.grpc;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Headers;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.OutlierDetection;
import dev.weft.engine.config.OutlierDetection.Ejection;
import dev.weft.engine.config.OutlierDetection.Threshold;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.TrafficPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which ends of a try count against its endpoint. */
class OutlierTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static TestMesh mesh() {
    OutlierDetection detection =
        new OutlierDetection(
            new Threshold(1, 100),
            new Threshold(0, 0),
            new Threshold(0, 0),
            false,
            Duration.ofSeconds(10),
            new Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), Duration.ZERO),
            100,
            false,
            Set.of());
    Cluster cluster =
        new Cluster(
            "c",
            Discovery.ENDPOINTS,
            TrafficPolicy.of(LoadBalancing.ROUND_ROBIN, TIMEOUT).withOutliers(detection),
            Config.SERVICE,
            List.of(endpoint(1), endpoint(2)));
    return TestMesh.of(
        snapshot(table(route(Config.any(), forward("c", TIMEOUT, RetryPolicy.NONE))), cluster));
  }

  private static Set<InetSocketAddress> used(TestMesh mesh) {
    Set<InetSocketAddress> used = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      OutboundCall call = mesh.call();
      used.add(send(call.start()).address());
      call.cancelled();
    }
    return used;
  }

  private static int leftAfter(Outcome outcome, boolean isGrpc) {
    TestMesh mesh = mesh();
    OutboundCall call = isGrpc ? mesh.call(grpc()) : mesh.call();
    call.start();
    call.ended(outcome);
    return used(mesh).size();
  }

  @Test
  void responses() {
    assertThat(leftAfter(response(500), false)).isEqualTo(1);
    assertThat(leftAfter(response(404), false)).isEqualTo(2);
    assertThat(leftAfter(response(200), false)).isEqualTo(2);
  }

  @Test
  void statusesOfGrpcThatComeWithTheHead() {
    assertThat(leftAfter(response(200, "grpc-status", "14"), true)).isEqualTo(1);
    assertThat(leftAfter(response(200, "grpc-status", "2"), true)).isEqualTo(1);
    assertThat(leftAfter(response(200, "grpc-status", "5"), true)).isEqualTo(2);
    assertThat(leftAfter(response(200, "grpc-status", "14"), false)).isEqualTo(2);
  }

  @Test
  void failures() {
    assertThat(leftAfter(failure(Kind.CONNECT), false)).isEqualTo(1);
    assertThat(leftAfter(failure(Kind.TLS), false)).isEqualTo(1);
    assertThat(leftAfter(failure(Kind.REFUSED), false)).isEqualTo(1);
    assertThat(leftAfter(failure(Kind.RESET), false)).isEqualTo(1);
    assertThat(leftAfter(failure(Kind.CANCELLED), false)).isEqualTo(2);
    assertThat(leftAfter(failure(Kind.OTHER), false)).isEqualTo(2);
    assertThat(leftAfter(failure(Kind.TIMEOUT), false)).as("the library's own").isEqualTo(2);
  }

  @Test
  void aTimeoutOfTheMesh() {
    TestMesh mesh = mesh();
    OutboundCall call = mesh.call();
    call.start();
    mesh.time.advance(TIMEOUT);
    call.ended(failure(Kind.TIMEOUT));
    assertThat(used(mesh)).hasSize(1);
  }

  @Test
  void aBodyThatBreaksOff() {
    assertThat(leftAfterBody(null)).isEqualTo(2);
    assertThat(leftAfterBody(new IOException("Connection reset"))).isEqualTo(1);
  }

  private static int leftAfterBody(@Nullable Throwable failure) {
    TestMesh mesh = mesh();
    OutboundCall call = mesh.call();
    call.start();
    call.ended(response(200));
    call.finished(new Completion(0, Headers.NONE, failure));
    return used(mesh).size();
  }
}
