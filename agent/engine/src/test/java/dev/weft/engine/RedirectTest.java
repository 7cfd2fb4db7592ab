package dev.weft.engine;

import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.Action.Redirect;
import dev.weft.engine.config.RouteMatch;
import dev.weft.engine.config.RouteMatch.PathMatch;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.routing.Authority;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where redirects lead; the expected locations are those of a real Envoy 1.40. */
class RedirectTest {

  private static TestMesh mesh(Redirect redirect) {
    return TestMesh.of(snapshot(table(route(redirect)), cluster("v1", endpoint(1))));
  }

  private static Step.Answer redirected(Redirect redirect, String authority, String target) {
    String name = Objects.requireNonNull(Authority.parse(authority)).name();
    Map<String, RouteTable> tables = Map.of(name, table(route(redirect)));
    TestMesh mesh = TestMesh.of(new Snapshot(Config.hosts("reviews"), tables, Map.of()));
    return answer(
        mesh.call(new RequestHead("test", "GET", "http", authority, target, headers())).start());
  }

  private static Route route(Redirect redirect) {
    RouteMatch match = new RouteMatch(new PathMatch.Prefix("/r", false), List.of(), List.of());
    HeaderRules response = new HeaderRules(List.of(), List.of(Map.entry("x-e", "v")), List.of());
    return new Route("r", match, redirect, HeaderRules.NONE, response);
  }

  private static @Nullable String location(Step.Answer answer) {
    return answer.headers().set().stream()
        .filter(pair -> pair.getKey().equals("location"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // scheme, host, port, path, prefix, authority, target, location
        "-,-,0,/b,-,reviews:80,/ra/1?q=2,http://reviews:80/b?q=2",
        "-,-,0,/b?z=1,-,reviews:80,/rq?y=1,http://reviews:80/b?z=1",
        "-,-,0,%PREFIX()%/new,-,reviews:80,/rp,http://reviews:80/%PREFIX()%/new",
        "https,-,0,-,-,reviews:80,/rs,https://reviews/rs",
        "https,-,0,-,-,reviews,/rs,https://reviews/rs",
        "https,-,0,-,-,reviews:9080,/rs,https://reviews:9080/rs",
        "https,-,8443,-,-,reviews:80,/rt,https://reviews:8443/rt",
        "-,other.example,0,-,-,reviews:80,/rh,http://other.example/rh",
        "-,other.example,81,-,-,reviews:80,/rhp,http://other.example:81/rhp",
        "-,-,0,-,/new,reviews:80,/rx?k=1,http://reviews:80/newx?k=1",
        "-,-,0,noslash,-,reviews:80,/re,http://reviews:80/noslash",
      })
  void locations(
      @Nullable String scheme,
      @Nullable String host,
      int port,
      @Nullable String path,
      @Nullable String prefix,
      String authority,
      String target,
      String location) {
    Redirect redirect = new Redirect(302, scheme, host, port, path, prefix, null, false);
    Step.Answer answer = redirected(redirect, authority, target);
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.body()).isEmpty();
    assertThat(location(answer)).isEqualTo(location);
  }

  @Test
  void aQueryIsTakenAwayWhereThatIsWanted() {
    Redirect path = new Redirect(301, null, null, 0, "/b", null, null, true);
    assertThat(location(redirected(path, "reviews", "/r?q"))).isEqualTo("http://reviews/b");
    Redirect none = new Redirect(301, null, "x", 0, null, null, null, true);
    assertThat(location(redirected(none, "reviews", "/r?q"))).isEqualTo("http://x/r");
  }

  @Test
  void isEditedAsTheRuleSaysAndHasNoFlag() {
    TestMesh mesh = mesh(new Redirect(301, null, null, 0, "/b", null, null, false));
    Step.Answer answer = answer(mesh.call(TestMesh.get("/r")).start());
    assertThat(answer.headers().set())
        .contains(Map.entry("x-e", "v"), Map.entry("content-length", "0"));
    assertThat(mesh.recorder.only().flags()).isEqualTo("-");
    assertThat(mesh.recorder.only().status()).isEqualTo(301);
  }

  @Test
  void aGrpcCallFails() {
    TestMesh mesh = mesh(new Redirect(301, null, null, 0, "/b", null, null, false));
    Step.Answer answer =
        answer(
            mesh.call(new RequestHead("grpc", "POST", "http", Config.REVIEWS, "/r/M", headers()))
                .start());
    assertThat(answer.headers().set()).contains(Map.entry("grpc-status", "2"));
  }
}
