package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.headers;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.CorsPolicy;
import dev.weft.engine.config.Fraction;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Envoy's CORS filter; the expected headers are those of a real Envoy 1.40. */
class CorsTest {

  private static final StringMatch ORIGIN = new StringMatch.Exact("http://o", false);

  private static CorsPolicy policy(StringMatch origin, boolean forwardUnmatched) {
    return new CorsPolicy(
        List.of(origin), "GET,POST", "*", "x-e", "60", true, forwardUnmatched, Fraction.ALL);
  }

  private static TestMesh mesh(CorsPolicy cors) {
    HeaderRules response =
        new HeaderRules(
            List.of(), List.of(), List.of(Map.entry("access-control-allow-origin", "rule")));
    Route route =
        new Route(
            "r",
            any(),
            forward("v1", null, RetryPolicy.NONE),
            HeaderRules.NONE,
            response,
            null,
            cors);
    return TestMesh.of(snapshot(table(route), cluster("v1", endpoint(1))));
  }

  private static OutboundCall call(TestMesh mesh, String method, String... headers) {
    return mesh.call(
        new RequestHead("test", method, "http", Config.REVIEWS, "/", headers(headers)));
  }

  private static OutboundCall preflight(TestMesh mesh, String origin) {
    return call(
        mesh,
        "OPTIONS",
        "Origin",
        origin,
        "Access-Control-Request-Method",
        "PUT",
        "Access-Control-Request-Headers",
        "x-y");
  }

  private static List<Map.Entry<String, String>> applied(HeaderEdits edits) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    edits.apply(HeaderEdits.of(pairs));
    return pairs;
  }

  @Test
  void aPreflightIsAnswered() {
    TestMesh mesh = mesh(policy(ORIGIN, false));
    Step.Answer answer = answer(preflight(mesh, "http://o").start());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(applied(answer.headers()))
        .containsExactlyInAnyOrder(
            Map.entry("access-control-allow-origin", "http://o"),
            Map.entry("access-control-allow-credentials", "true"),
            Map.entry("access-control-allow-methods", "GET,POST"),
            Map.entry("access-control-allow-headers", "x-y"),
            Map.entry("access-control-max-age", "60"),
            Map.entry("access-control-expose-headers", "x-e"),
            Map.entry("content-length", "0"));
    assertThat(mesh.recorder.only().tries()).isZero();
  }

  @Test
  void aPreflightOfAnotherOriginIsAnsweredWithoutPermission() {
    Step.Answer answer = answer(preflight(mesh(policy(ORIGIN, false)), "http://p").start());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(applied(answer.headers()))
        .containsExactlyInAnyOrder(
            Map.entry("access-control-allow-credentials", "true"),
            Map.entry("access-control-allow-methods", "GET,POST"),
            Map.entry("access-control-allow-headers", "x-y"),
            Map.entry("access-control-max-age", "60"),
            Map.entry("content-length", "0"));
  }

  @Test
  void aPreflightOfAnotherOriginGoesOnWhereThatIsWanted() {
    send(preflight(mesh(policy(ORIGIN, true)), "http://p").start());
  }

  @Test
  void optionsAloneAreNoPreflight() {
    TestMesh mesh = mesh(policy(ORIGIN, false));
    send(call(mesh, "OPTIONS", "Origin", "http://o").start());
    send(call(mesh, "OPTIONS", "Access-Control-Request-Method", "PUT").start());
  }

  @Test
  void responsesSayWhatIsAllowedWhateverTheRuleOrTheApplicationSay() {
    OutboundCall call = call(mesh(policy(ORIGIN, false)), "GET", "Origin", "http://o");
    send(call.start());
    Step.Deliver deliver = deliver(call.ended(response(200)));
    assertThat(applied(deliver.edits()))
        .containsExactlyInAnyOrder(
            Map.entry("access-control-allow-origin", "http://o"),
            Map.entry("access-control-allow-credentials", "true"),
            Map.entry("access-control-expose-headers", "x-e"));
  }

  @Test
  void responsesToOthersAreLeftAlone() {
    TestMesh mesh = mesh(policy(ORIGIN, false));
    for (String[] headers : new String[][] {{"Origin", "http://p"}, {}}) {
      OutboundCall call = call(mesh, "GET", headers);
      send(call.start());
      assertThat(applied(deliver(call.ended(response(200))).edits()))
          .containsExactly(Map.entry("access-control-allow-origin", "rule"));
    }
  }

  @Test
  void localRepliesSayItToo() {
    OutboundCall call =
        call(mesh(policy(new StringMatch.Exact("*", false), false)), "GET", "Origin", "http://z");
    send(call.start());
    assertThat(applied(answer(call.ended(failure(Kind.CONNECT))).headers()))
        .contains(Map.entry("access-control-allow-origin", "http://z"));
  }
}
