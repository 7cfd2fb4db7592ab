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

/** Policies that leave the decision to somebody else, who is there, slow, mad or gone. */
class ExternalAuthorizationTest {

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo}
      spec:
        selector: {matchLabels: {app: echo}}
        action: CUSTOM
        provider: {name: judge}
        rules:
        - to: [{operation: {paths: [/admin, "/admin/*"]}}]
      """;

  private static final String GRPC =
      """
      extensionProviders:
      - name: judge
        envoyExtAuthzGrpc:
          service: judge.default.svc.cluster.local
          port: "9000"
          timeout: 2s
          failOpen: %s
          statusOnError: "%s"
      """;

  private static final String HTTP =
      """
      extensionProviders:
      - name: judge
        envoyExtAuthzHttp:
          service: default/judge.default.svc.cluster.local
          port: 9000
          timeout: 2s
          failOpen: %s
          statusOnError: "%s"
          pathPrefix: /check
          includeRequestHeadersInCheck: [cookie]
          includeAdditionalHeadersInCheck: {x-asked-by: weft}
          headersToUpstreamOnAllow: [x-user]
          headersToDownstreamOnDeny: [set-cookie]
          headersToDownstreamOnAllow: [set-cookie]
      """;

  private static final String JUDGE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: judge}
      spec:
        selector: {app: judge}
        ports: [{name: %s, port: 9000, targetPort: %d}]
      """;

  private static final String URL = "http://echo:8080";

  private final Mesh mesh = new Mesh();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int metrics = Ports.free();
  private Jvm echo;
  private Jvm caller;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private Jvm start(String protocol) {
    int port = Ports.free();
    mesh.configure(
        "service.yaml", Yaml.service("echo") + "---\n" + JUDGE.formatted(protocol, port));
    echo = mesh.start("echo", "v1", mesh.identity("echo", metrics), Echo.class, "one", "0");
    caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
    Jvm judge =
        mesh.start(
            "judge",
            "v1",
            mesh.identity("judge"),
            AuthorizationServer.class,
            protocol,
            Integer.toString(port));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get("/")).startsWith("answer 200"));
    return judge;
  }

  private String get(String path, String... headers) {
    return caller.ask(
        "get " + URL + path + (headers.length == 0 ? "" : " " + String.join(" ", headers)),
        "answer ",
        "failed ");
  }

  private void until(String answer, String path, String... headers) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(path, headers)).startsWith(answer));
  }

  private void configure(String mesh, boolean failOpen, int statusOnError) {
    this.mesh.configure("mesh.yaml", mesh.formatted(failOpen, statusOnError));
  }

  /** Over mutual TLS, as everything of this mesh. */
  @Test
  void inEnvoysProtocol() throws IOException, InterruptedException {
    Jvm judge = start("grpc");
    mesh.configure("strict.yaml", Yaml.STRICT);
    mesh.configure("policy.yaml", POLICY);
    until("answer 403 RBAC: access denied", "/admin"); // nobody is known to ask
    configure(GRPC, false, 504);
    until("answer 401 say the word", "/admin");
    assertThat(get("/public")).startsWith("answer 200");
    assertThat(get("/x/../admin?q=1", "x-word:pass", "x-user:eve"))
        .startsWith("answer 200")
        .contains("x-user: alice")
        .doesNotContain("x-word", "eve");
    assertThat(judge.output())
        .anyMatch(
            line ->
                line.startsWith("asked ")
                    && line.contains("principal: \"spiffe://cluster.local/ns/default/sa/caller\"")
                    && line.contains("principal: \"spiffe://cluster.local/ns/default/sa/echo\"")
                    && line.contains("method: \"GET\"")
                    && line.contains("?q=1\"")
                    && line.contains("host: \"echo:8080\""))
        .noneMatch(line -> line.contains("/public"));
    assertThat(get("/admin", "x-word:hang")).as("too late").startsWith("answer 504");
    assertThat(get("/admin", "x-word:junk")).as("nothing we could do").startsWith("answer 504");

    judge.kill();
    until("answer 504", "/admin", "x-word:pass");
    configure(GRPC, true, 504);
    until("answer 200", "/admin", "x-user:eve");
    assertThat(Metrics.sum(metrics, "weft_external_authorization_failed_total")).isPositive();
    assertThat(
            Metrics.sum(
                metrics,
                "istio_requests_total",
                "reporter=\"destination\"",
                "response_code=\"504\"",
                "response_flags=\"UAEX\""))
        .isGreaterThanOrEqualTo(3);
    assertThat(Metrics.sum(metrics, "weft_suppressed_errors_total")).isZero();
    assertThat(echo.output())
        .anyMatch(line -> line.contains("\"audit\":\"EXT_AUTHZ_DENIED\""))
        .anyMatch(line -> line.contains("\"audit\":\"EXT_AUTHZ_ERROR\""))
        .anyMatch(line -> line.contains("no authorization from outbound|9000||judge"))
        .noneMatch(line -> line.contains("eve"));
  }

  @Test
  void overHttp() throws IOException, InterruptedException {
    Jvm judge = start("http");
    configure(HTTP, false, 503);
    mesh.configure("policy.yaml", POLICY);
    until("answer 302 log in", "/admin/x?y=z");
    HttpResponse<String> refused = plain("/admin");
    assertThat(refused.headers().allValues("set-cookie")).containsExactlyInAnyOrder("a=1", "b=2");
    assertThat(refused.headers().map())
        .containsEntry("location", List.of("/oauth2/start"))
        .containsEntry("x-weft-flags", List.of("UAEX"))
        .doesNotContainKey("x-inner");
    assertThat(get("/admin", "cookie:pass", "authorization:Basic_x", "x-secret:1"))
        .startsWith("answer 200")
        .contains("x-user: alice", "x-secret: 1")
        .doesNotContain("x-inner");
    HttpResponse<String> passed = plain("/admin", "cookie", "pass");
    assertThat(passed.headers().allValues("set-cookie")).containsExactly("seen=1");
    assertThat(judge.output())
        .anyMatch(
            line ->
                line.startsWith("asked GET /check/admin ")
                    && line.contains("Cookie=[pass]")
                    && line.contains("Authorization=[Basic_x]")
                    && line.contains("X-asked-by=[weft]")
                    && line.contains("Host=[echo:8080]"))
        .anyMatch(line -> line.startsWith("asked GET /check/admin/x?y=z "))
        .noneMatch(line -> line.contains("secret"));
    assertThat(get("/admin", "cookie:hang")).as("too late").startsWith("answer 503");
    assertThat(get("/admin", "cookie:junk")).as("a fault of its own").startsWith("answer 503");
    assertThat(get("/admin", "cookie:pass")).startsWith("answer 200");

    judge.kill();
    until("answer 503", "/admin", "cookie:pass");
    configure(HTTP, true, 503);
    until("answer 200", "/admin");
    assertThat(Metrics.sum(metrics, "weft_suppressed_errors_total")).isZero();
  }

  /** Of whoever has no part in the mesh. */
  private HttpResponse<String> plain(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + echo.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
