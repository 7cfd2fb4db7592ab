package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.Config.to;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome.Kind;
import dev.weft.bridge.Step;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.HeaderFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables in header edits; the expected values are those of a real Envoy 1.40. */
class HeaderVariablesTest {

  private static HeaderRules setting(String name, String value) {
    return new HeaderRules(List.of("x-gone"), List.of(Map.entry(name, value)), List.of());
  }

  private static TestMesh mesh(HeaderRules request, HeaderRules response) {
    Route.Action.Forward forward =
        new Route.Action.Forward(
            List.of(to("v1", 1)), new Route.Rewrite("/z", null, "inner"), null, RetryPolicy.NONE);
    Route route = new Route("my-route", any(), forward, request, response);
    return TestMesh.of(snapshot(table(route), cluster("v1", endpoint(1))));
  }

  private static OutboundCall call(TestMesh mesh) {
    return mesh.call(get("/v/1", "x-in", "hello", "X-Gone", "g", "x-dup", "1", "x-dup", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "a %REQ(x-in)% b,a hello b",
        "%REQ(x-none)%,-",
        "a%REQ(x-none)%b,ab",
        "%REQ(x-none?x-in)%,hello",
        "%REQ(X-IN):2%,he",
        "%REQ(:path)% %REQ(:authority)% %REQ(:METHOD)% %REQ(:scheme)% %REQ(host)%,"
            + "/v/1 reviews:9080 GET http reviews:9080",
        "%REQ(x-gone)%,-",
        "%REQ(x-dup)%,1",
        "r%RESP(x)%,r",
        "%ROUTE_NAME% %UPSTREAM_CLUSTER% 100%% %RESPONSE_CODE%,my-route v1 100% 0",
      })
  void ofRequests(String format, @Nullable String value) {
    TestMesh mesh = mesh(setting("x-out", format), HeaderRules.NONE);
    assertThat(TestMesh.set(send(call(mesh).start()), "x-out")).isEqualTo(value);
  }

  @Test
  void allOfThemSeeTheRequestAsItWas() {
    HeaderRules rules =
        new HeaderRules(
            List.of(),
            List.of(Map.entry("x-in", "%REQ(x-in)%2"), Map.entry("x-after", "%REQ(x-in)%")),
            List.of());
    Step.Send send = send(call(mesh(rules, HeaderRules.NONE)).start());
    assertThat(TestMesh.set(send, "x-in")).isEqualTo("hello2");
    assertThat(TestMesh.set(send, "x-after")).isEqualTo("hello");
  }

  private static @Nullable String first(HeaderEdits edits, String name) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    edits.apply(HeaderEdits.of(pairs));
    return pairs.stream()
        .filter(pair -> pair.getKey().equals(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  @Test
  void ofResponsesSeeTheRequestAsItWasSent() {
    String format =
        "%RESP(content-length)% %REQ(x-in)% %RESPONSE_CODE% %ROUTE_NAME% %UPSTREAM_CLUSTER%"
            + " %REQ(:path)% %REQ(:authority)%";
    OutboundCall call = call(mesh(setting("x-in", "%REQ(x-in)%2"), setting("x-out", format)));
    send(call.start());
    HeaderEdits edits = deliver(call.ended(response(200, "Content-Length", "10"))).edits();
    assertThat(first(edits, "x-out")).isEqualTo("10 hello2 200 my-route v1 /zv/1 inner");
  }

  @Test
  void ofLocalRepliesKnowNoResponse() {
    String format = "%RESP(content-type)% %RESPONSE_CODE% %UPSTREAM_CLUSTER%";
    OutboundCall call = call(mesh(HeaderRules.NONE, setting("x-out", format)));
    send(call.start());
    assertThat(first(answer(call.ended(failure(Kind.CONNECT))).headers(), "x-out"))
        .isEqualTo(" 0 v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "50%", "%START_TIME%", "%REQ()%", "%REQ(a", "%REQ(a)", "a%b%%"})
  void whatIsNotKnownIsRefused(String format) {
    assertThatThrownBy(() -> HeaderFormat.parse(format))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(format);
  }
}
