package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What rules do with a request, from the file to the answer that an application sees. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {

  private static final Duration DELAY = Duration.ofMillis(1500);

  private final Mesh mesh = new Mesh();
  private Jvm caller;
  private int rules;

  @BeforeAll
  void start() {
    mesh.configure("service.yaml", Yaml.service("ratings"));
    mesh.start("ratings", "v1", Echo.class, "one", "0");
    caller = mesh.start("caller", "v1", Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/").startsWith("answer 200"));
  }

  @AfterAll
  void stop() {
    mesh.close();
  }

  private String get(String path, String... headers) {
    return caller.ask(
        "get http://ratings:8080" + path + " " + String.join(" ", headers), "answer ", "failed ");
  }

  /** Puts these routes in force, and waits until they are: each set has a path that says so. */
  private void routes(String routes) {
    String marker = "/rules-" + ++rules;
    mesh.configure(
        "rules.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: ratings}
        spec:
          hosts: [ratings]
          http:
          - match: [{uri: {exact: %s}}]
            directResponse: {status: 299}
        """
                .formatted(marker)
            + routes.indent(2));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(marker).startsWith("answer 299"));
  }

  private static final String REST =
      """
      - route: [{destination: {host: ratings}}]
      """;

  @Test
  void jasonAloneWaits() {
    routes(
        """
        - match: [{headers: {end-user: {exact: jason}}}]
          fault: {delay: {percentage: {value: 100.0}, fixedDelay: 1500ms}}
          route: [{destination: {host: ratings}}]
        """
            + REST);
    assertThat(took("end-user:jason")).isGreaterThanOrEqualTo(DELAY);
    assertThat(took("end-user:anna")).isLessThan(DELAY);
    assertThat(took()).isLessThan(DELAY);
  }

  private Duration took(String... headers) {
    long begin = System.nanoTime();
    assertThat(get("/", headers)).startsWith("answer 200 one GET /");
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void jasonAloneIsAnsweredWithAnError() {
    routes(
        """
        - match: [{headers: {end-user: {exact: jason}}}]
          fault: {abort: {percentage: {value: 100.0}, httpStatus: 500}}
          route: [{destination: {host: ratings}}]
        """
            + REST);
    assertThat(get("/", "end-user:jason")).isEqualTo("answer 500 fault filter abort");
    assertThat(get("/")).startsWith("answer 200");
  }

  @Test
  void rulesAnswerThemselves() {
    routes(
        """
        - match: [{uri: {prefix: /tea}}]
          directResponse: {status: 418, body: {string: short and stout}}
        - match: [{uri: {prefix: /bytes}}]
          directResponse: {status: 200, body: {bytes: aGVsbG8=}}
        - match: [{uri: {prefix: /old}}]
          redirect: {uri: /new, authority: other.example, redirectCode: 308}
        """
            + REST);
    assertThat(get("/tea")).isEqualTo("answer 418 short and stout");
    assertThat(get("/bytes")).isEqualTo("answer 200 hello");
    assertThat(get("/old")).isEqualTo("answer 308 ");
    assertThat(get("/")).startsWith("answer 200 one");
  }

  @Test
  void pathsAndHostsAreRewritten() {
    routes(
        """
        - match: [{uri: {prefix: /v}}]
          rewrite: {uriRegexRewrite: {match: '^/v([0-9]+)/(.*)$', rewrite: '/\\2/\\1'}}
          headers: {request: {set: {host: inner.example, x-percent: '100%%', x-was: '%REQ(:path)%'}}}
          route: [{destination: {host: ratings}}]
        """
            + REST);
    assertThat(get("/v3/x"))
        .startsWith("answer 200 one GET /x/3 ")
        .containsIgnoringCase("|host: inner.example|")
        .contains("|x-percent: 100%|", "|x-was: /v3/x|", "|x-envoy-original-path: /v3/x|");
  }

  @Test
  void rulesAreDelegated() {
    mesh.configure(
        "delegate.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: team, namespace: team}
        spec:
          http:
          - match: [{uri: {prefix: /team/a}}]
            directResponse: {status: 201}
          - match: [{uri: {prefix: /elsewhere}}]
            directResponse: {status: 202}
          - directResponse: {status: 203}
        """);
    routes(
        """
        - match: [{uri: {prefix: /team}}]
          delegate: {name: team, namespace: team}
        """
            + REST);
    assertThat(get("/team/a")).isEqualTo("answer 201 ");
    assertThat(get("/team/b")).isEqualTo("answer 203 ");
    assertThat(get("/elsewhere")).startsWith("answer 200 one");
  }

  @Test
  void copiesGoToMirrors() {
    mesh.configure("copies.yaml", Yaml.service("copies"));
    mesh.start("copies", "v1", Echo.class, "two", "0");
    routes(
        """
        - match: [{uri: {prefix: /m}}]
          mirror: {host: copies}
          headers: {request: {set: {x-rule: r}}}
          rewrite: {uri: /n}
          route: [{destination: {host: ratings}}]
        """
            + REST);
    assertThat(get("/m/1?q=2", "x-own:o")).startsWith("answer 200 one GET /n/1");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(caller.ask("get http://copies:8080/seen", "answer ", "failed "))
                    .startsWith("answer 200 seen 1 two GET /n/1 body=0|")
                    .contains("|x-own: o|", "|x-rule: r|")
                    .containsIgnoringCase("|host: ratings:8080|"));
    get("/");
    assertThat(caller.ask("get http://copies:8080/seen", "answer ", "failed "))
        .startsWith("answer 200 seen 1 ");
  }
}
