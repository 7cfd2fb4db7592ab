package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
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

  /** Counted by a service of the mesh, over mutual TLS as everything there. */
  private static final String GLOBAL =
      """
      apiVersion: weft.dev/v1alpha1
      kind: RateLimit
      metadata: {name: echo}
      spec:
        local:
        - match: {uri: {exact: /probe/%s}}
          tokenBucket: {maxTokens: 1, fillInterval: 1h}
        global:
        - service: {host: ratelimit, port: {number: 8081}}
          domain: shop
          timeout: 4s
          failureModeDeny: %s
          enableXRatelimitHeaders: DRAFT_VERSION_03
          descriptors:
          - match: {uri: {prefix: /counted}}
            actions:
            - requestHeaders: {headerName: x-plan, descriptorKey: plan}
            - sourcePrincipal: {}
      """;

  private static final String COUNTER =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: ratelimit}
      spec:
        selector: {app: ratelimit}
        ports: [{name: grpc, port: 8081}]
      """;

  private static final String BASE = "http://echo:8080";

  private final Mesh mesh = new Mesh();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int metrics = Ports.free();
  private Jvm caller;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private Jvm caller(String name) {
    Jvm started = mesh.start(name, "v1", mesh.identity(name), Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(started, "/")).startsWith("answer 200"));
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
            .replaceFirst("(?s)  - name: caller.*?fillInterval: 1h}\\n", ""),
        "2");
    assertThat(served(caller, "/all")).isEqualTo(6);
    assertThat(served(caller, "/user", "x-user:alice")).isZero();
    assertThat(served(caller, "/caller")).isEqualTo(10);
    assertThat(Metrics.sum(metrics, "weft_suppressed_errors_total")).isZero();
  }

  @Test
  void countedByAServiceForAll() throws IOException {
    int counterMetrics = Ports.free();
    int port = Ports.free();
    mesh.configure("service.yaml", Yaml.service("echo") + "---\n" + COUNTER);
    mesh.configure("strict.yaml", Yaml.STRICT);
    Jvm counter = counter(counterMetrics, port);
    mesh.start("echo", "v1", mesh.identity("echo", metrics), Echo.class, "one", "0");
    caller = caller("caller");
    Jvm other = caller("other");
    enforce(GLOBAL.formatted("1", "false"), "1");

    assertThat(served(caller, "/counted", "x-plan:gold")).isEqualTo(10);
    assertThat(served(caller, "/counted", "x-plan:free")).isEqualTo(2);
    assertThat(served(other, "/counted", "x-plan:free")).as("counted by itself").isEqualTo(2);
    assertThat(served(caller, "/else", "x-plan:free")).as("nobody is asked").isEqualTo(10);
    assertThat(counter.output())
        .anyMatch(
            line ->
                line.startsWith("asked domain: \"shop\"")
                    && line.contains("\"plan\" value: \"free\"")
                    && line.contains("spiffe://cluster.local/ns/default/sa/caller"))
        .noneMatch(line -> line.contains("/else"));
    String[] byEcho = {
      "reporter=\"destination\"",
      "source_principal=\"spiffe://cluster.local/ns/default/sa/echo\"",
      "connection_security_policy=\"mutual_tls\""
    };
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Metrics.sum(counterMetrics, "istio_requests_total", byEcho) >= 30);

    // Without whoever counts: everybody, or nobody.
    counter.kill();
    assertThat(served(caller, "/counted", "x-plan:free")).isEqualTo(10);
    assertThat(Metrics.sum(metrics, "weft_rate_limit_service_failed_total")).isPositive();
    enforce(GLOBAL.formatted("2", "true"), "2");
    assertThat(get(caller, "/counted", "x-plan:gold")).startsWith("answer 500");
    assertThat(get(caller, "/else", "x-plan:gold")).startsWith("answer 200");

    // It is back, and counts anew.
    counter(counterMetrics, port);
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> get(caller, "/counted", "x-plan:gold").startsWith("answer 200"));
    assertThat(served(caller, "/counted", "x-plan:free")).isEqualTo(2);
    assertThat(Metrics.sum(metrics, "weft_suppressed_errors_total")).isZero();
  }

  private Jvm counter(int counterMetrics, int port) {
    return mesh.start(
        "ratelimit",
        "v1",
        mesh.identity("ratelimit", counterMetrics),
        RateLimitServer.class,
        Integer.toString(port));
  }

  /** Of whoever has no part in the mesh. */
  private HttpResponse<String> plain(Jvm echo, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + echo.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
