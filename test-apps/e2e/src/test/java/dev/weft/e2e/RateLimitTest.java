package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits of what a workload takes, put in force, changed and taken back while it runs. */
class RateLimitTest {

  /** Buckets that do not fill while a test runs; the probe shows that the file is in force. */
  private static final String LOCAL =
      """
      apiVersion: weft.dev/v1alpha1
      kind: RateLimit
      metadata: {name: echo}
      spec:
        selector: {matchLabels: {app: echo}}
        local:
        - name: all
          match: {uri: {prefix: /all}}
          tokenBucket: {maxTokens: 3, fillInterval: 1h}
          enableXRatelimitHeaders: DRAFT_VERSION_03
        - name: user
          match: {uri: {prefix: /user}}
          actions:
          - requestHeaders: {headerName: x-user}
          tokenBucket: {maxTokens: 2, fillInterval: 1h}
          overrides:
          - values: {x-user: jason}
            tokenBucket: {maxTokens: 5, fillInterval: 1h}
        - name: caller
          match: {uri: {prefix: /caller}}
          actions:
          - sourcePrincipal: {}
          tokenBucket: {maxTokens: 4, fillInterval: 1h}
        - name: probe-%s
          match: {uri: {exact: /probe/%s}}
          tokenBucket: {maxTokens: 1, fillInterval: 1h}
      """;

  private static final String BASE = "http://echo:8080";

  private final Mesh mesh = new Mesh();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int metrics = Mesh.freePort();
  private Jvm caller;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private Jvm caller(String name) {
    Jvm started = mesh.start(name, "v1", mesh.identity(name), Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get(started, "/").startsWith("answer 200"));
    return started;
  }

  private static String get(Jvm from, String path, String... headers) {
    return from.ask(
        "get " + BASE + path + (headers.length == 0 ? "" : " " + String.join(" ", headers)),
        "answer ",
        "failed ");
  }

  /** How many of ten are served; the others are told to come again. */
  private static int served(Jvm from, String path, String... headers) {
    int served = 0;
    for (int i = 0; i < 10; i++) {
      String answer = get(from, path, headers);
      if (answer.startsWith("answer 200")) {
        served++;
      } else {
        assertThat(answer).startsWith("answer 429");
      }
    }
    return served;
  }

  /** Puts a file in force: from now on it is. */
  private void enforce(String yaml, String probe) {
    mesh.configure("limits.yaml", yaml);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(caller, "/probe/" + probe).startsWith("answer 429"));
  }

  @Test
  void bucketsOfOneWorkload() throws Exception {
    mesh.configure("service.yaml", Yaml.service("echo"));
    Jvm echo = mesh.start("echo", "v1", mesh.identity("echo", metrics), Echo.class, "one", "0");
    caller = caller("caller");
    Jvm other = caller("other");
    enforce(LOCAL.formatted("1", "1"), "1");

    assertThat(served(caller, "/all")).isEqualTo(3);
    assertThat(served(other, "/all/again")).as("everybody's bucket").isZero();

    assertThat(served(caller, "/user", "x-user:alice")).isEqualTo(2);
    assertThat(served(other, "/user", "x-user:alice")).isZero();
    assertThat(served(caller, "/user", "x-user:bob")).isEqualTo(2);
    assertThat(served(caller, "/user", "x-user:jason")).isEqualTo(5);
    assertThat(served(caller, "/user")).as("without the header").isEqualTo(10);

    assertThat(served(caller, "/caller", "x-user:other")).isEqualTo(4);
    assertThat(served(other, "/caller")).as("its own bucket").isEqualTo(4);

    HttpResponse<String> refused = plain(echo, "/x/../all");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("local_rate_limited");
    assertThat(refused.headers().map())
        .containsEntry("x-ratelimit-limit", List.of("3"))
        .containsEntry("x-ratelimit-remaining", List.of("0"))
        .containsEntry("x-weft-flags", List.of("RL"));
    long seconds = refused.headers().firstValueAsLong("retry-after").orElseThrow();
    assertThat(seconds).isBetween(3500L, 3600L);

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        Metrics.sum(
                            metrics,
                            "istio_requests_total",
                            "reporter=\"destination\"",
                            "response_code=\"429\"",
                            "response_flags=\"RL\""))
                    .isGreaterThanOrEqualTo(50));

    // A limit that stays keeps its buckets; another is new; what is gone is no more.
    enforce(
        LOCAL
            .formatted("2", "2")
            .replace("maxTokens: 3,", "maxTokens: 6,")
            .replaceFirst("(?s)- name: caller.*?fillInterval: 1h}\\n", ""),
        "2");
    assertThat(served(caller, "/all")).isEqualTo(6);
    assertThat(served(caller, "/user", "x-user:alice")).isZero();
    assertThat(served(caller, "/caller")).isEqualTo(10);
    assertThat(Metrics.sum(metrics, "weft_suppressed_errors_total")).isZero();
  }

  /** Of whoever has no part in the mesh. */
  private HttpResponse<String> plain(Jvm echo, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + echo.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
