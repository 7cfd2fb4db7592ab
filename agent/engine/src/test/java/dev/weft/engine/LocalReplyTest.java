package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Envoy's local replies: status, body, flags; and what is not turned into one. */
class LocalReplyTest {

  private static TestMesh mesh(Route route, Cluster... clusters) {
    return TestMesh.of(snapshot(table(route), clusters));
  }

  private static TestMesh plain() {
    return mesh(route(any(), forward("v1", null, RetryPolicy.NONE)), cluster("v1", endpoint(1)));
  }

  private static String body(Step.Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static @Nullable String header(Step.Answer answer, String name) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    answer.headers().apply(HeaderEdits.of(pairs));
    return pairs.stream()
        .filter(pair -> pair.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  @Test
  void answers404WhenNoRuleMatches() {
    TestMesh mesh = mesh(route(Config.header("end-user", "jason"), forward("v1")));
    Step.Answer answer = answer(mesh.call().start());
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
    assertThat(header(answer, "x-weft-flags")).isEqualTo("NR");
    assertThat(header(answer, "content-length")).isEqualTo("0");
    assertThat(mesh.recorder.only().flags()).isEqualTo("NR");
    assertThat(mesh.recorder.only().status()).isEqualTo(404);
    assertThat(mesh.recorder.only().tries()).isZero();
  }

  @Test
  void answers400WhenThePathHoldsAnEncodedNul() {
    TestMesh mesh = plain();
    Step.Answer answer = answer(mesh.call(TestMesh.get("/a%00b")).start());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).isEmpty();
    assertThat(mesh.recorder.only().tries()).isZero();
  }

  @Test
  void answers503WhenTheClusterIsMissing() {
    TestMesh mesh = mesh(route(any(), forward("gone")));
    Step.Answer answer = answer(mesh.call().start());
    assertThat(answer.status()).isEqualTo(503);
    assertThat(mesh.recorder.only().flags()).isEqualTo("NC");
  }

  @Test
  void answers503WhenNobodyIsHealthy() {
    TestMesh mesh =
        mesh(
            route(any(), forward("v1")),
            cluster("v1", endpoint(1, 1, Health.UNHEALTHY, 0), endpoint(2, 1, Health.DRAINING, 0)));
    Step.Answer answer = answer(mesh.call().start());
    assertThat(answer.status()).isEqualTo(503);
    assertThat(body(answer)).isEqualTo("no healthy upstream");
    assertThat(header(answer, "content-type")).isEqualTo("text/plain");
    assertThat(header(answer, "content-length")).isEqualTo("19");
    assertThat(mesh.recorder.only().flags()).isEqualTo("UH");
    assertThat(mesh.recorder.only().service()).isEqualTo(Config.SERVICE);
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT, UF, 'remote connection failure, transport failure reason: Connection refused'",
    "TLS, UF, 'remote connection failure, transport failure reason: Connection refused'",
    "REFUSED, UR, remote refused stream reset",
    "RESET, UC, connection termination",
  })
  void answers503WhenTheEndpointFails(Kind kind, String flags, String reason) {
    TestMesh mesh = plain();
    OutboundCall call = mesh.call();
    call.start();
    Step.Answer answer = answer(call.ended(failure(kind)));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(body(answer))
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. reset reason: " + reason);
    assertThat(mesh.recorder.only().flags()).isEqualTo(flags);
    assertThat(mesh.engine.outboundInFlight()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "OTHER", "TIMEOUT"})
  void leavesTheApplicationItsOwnFailures(Kind kind) {
    TestMesh mesh = plain();
    OutboundCall call = mesh.call();
    call.start();
    assertThat(deliver(call.ended(failure(kind))).edits().set()).isEmpty();
    assertThat(mesh.recorder.only().status()).isZero();
    assertThat(mesh.recorder.only().flags()).isEqualTo(kind == Kind.OTHER ? "LR" : "DC");
    assertThat(mesh.engine.outboundInFlight()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "503, 14", "504, 14", "500, 2"})
  void mapsToGrpc(int http, String grpc) {
    Route respond = route(any(), new Route.Action.Respond(http, "bad\n%"));
    TestMesh mesh = mesh(respond);
    Step.Answer answer = answer(mesh.call(TestMesh.grpc()).start());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(header(answer, "content-type")).isEqualTo("application/grpc");
    assertThat(header(answer, "grpc-status")).isEqualTo(grpc);
    assertThat(header(answer, "grpc-message")).isEqualTo("bad%0A%25");
    assertThat(mesh.recorder.only().grpcStatus()).isEqualTo(grpc);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, application/grpc, true",
    "POST, application/grpc+proto, true",
    "POST, application/grpc;x, true",
    "POST, application/grpc-web, false",
    "GET, application/grpc, false",
    "POST, text/plain, false",
  })
  void knowsGrpcByItsContentType(String method, String type, boolean isGrpc) {
    TestMesh mesh = mesh(route(any(), new Route.Action.Respond(503, "")));
    RequestHead head =
        new RequestHead(
            "test", method, "http", Config.REVIEWS, "/", TestMesh.headers("Content-Type", type));
    Step.Answer answer = answer(mesh.call(head).start());
    assertThat(header(answer, "grpc-status") != null).isEqualTo(isGrpc);
  }

  @Test
  void respondsDirectlyWithTheRulesHeaders() {
    HeaderRules response =
        new HeaderRules(
            List.of("x-weft-flags"), List.of(Map.entry("content-type", "a/b")), List.of());
    Route route =
        new Route("r", any(), new Route.Action.Respond(418, "tea"), HeaderRules.NONE, response);
    Step.Answer answer = answer(mesh(route).call(get("/")).start());
    assertThat(answer.status()).isEqualTo(418);
    assertThat(body(answer)).isEqualTo("tea");
    assertThat(header(answer, "content-type")).isEqualTo("a/b");
  }

  @Test
  void describesItsBodyWhateverTheRuleSays() {
    HeaderRules response =
        new HeaderRules(
            List.of("content-type"),
            List.of(Map.entry("content-length", "99"), Map.entry("x-a", "b")),
            List.of());
    Route tea =
        new Route("r", any(), new Route.Action.Respond(418, "tea"), HeaderRules.NONE, response);
    Step.Answer answer = answer(mesh(tea).call(get("/")).start());
    assertThat(header(answer, "content-type")).isEqualTo("text/plain");
    assertThat(header(answer, "content-length")).isEqualTo("3");
    assertThat(header(answer, "x-a")).isEqualTo("b");

    HeaderRules typed =
        new HeaderRules(List.of(), List.of(), List.of(Map.entry("content-type", "a/b")));
    Route nothing =
        new Route("r", any(), new Route.Action.Respond(200, ""), HeaderRules.NONE, typed);
    Step.Answer empty = answer(mesh(nothing).call(get("/")).start());
    assertThat(header(empty, "content-type")).isNull();
    assertThat(header(empty, "content-length")).isEqualTo("0");
    Route full = new Route("r", any(), new Route.Action.Respond(200, "x"), HeaderRules.NONE, typed);
    assertThat(header(answer(mesh(full).call(get("/")).start()), "content-type")).isEqualTo("a/b");
  }
}
