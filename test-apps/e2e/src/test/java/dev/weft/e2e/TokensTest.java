package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that callers show, at a Tomcat under the agent. */
class TokensTest {

  private static final String IRIS = "https://iris.example";

  private static final String TOKENS =
      """
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: users}
      spec:
        selector: {matchLabels: {app: echo}}
        jwtRules:
        - issuer: https://iris.example
          %s
          audiences: [orders]
          outputClaimToHeaders: [{header: x-user, claim: sub}]
      """;

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: users}
      spec:
        selector: {matchLabels: {app: echo}}
        rules:
        - from: [{source: {requestPrincipals: ["https://iris.example/*"]}}]
          when: [{key: "request.auth.claims[scope]", values: [read]}]
      """;

  private static final String READER =
      "\"sub\":\"ann\",\"aud\":\"orders\",\"scope\":\"write read\"";

  private final TokenIssuer iris = new TokenIssuer("one");
  private final HttpClient client = HttpClient.newHttpClient();
  private final Mesh mesh = new Mesh("--jwks-private-host", "127.0.0.1", "--jwks-refresh", "1s");
  private Jvm echo;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private HttpResponse<String> get(String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + echo.port() + "/orders"))
            .timeout(Duration.ofSeconds(20));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> show(String token) throws IOException, InterruptedException {
    return get("authorization", "Bearer " + token, "x-user", "root");
  }

  private void until(int status, String token) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(show(token).statusCode()).isEqualTo(status));
  }

  @Test
  void onlyTokensOfTheIssuerAreBelieved() throws IOException, InterruptedException {
    echo = mesh.start("echo", "v1", Echo.class, "one", "0");
    mesh.configure("tokens.yaml", TOKENS.formatted("jwks: '" + TokenIssuer.keySet(iris) + "'"));
    until(401, "x.y.z");
    String good = iris.token(IRIS, READER);
    HttpResponse<String> served = show(good);
    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.body()).contains("x-user: ann\n").doesNotContain("authorization", "root");
    assertThat(get("x-user", "root").body()).startsWith("one GET").doesNotContain("root");
    HttpResponse<String> forged = show(new TokenIssuer("one").token(IRIS, READER));
    assertThat(forged.statusCode()).isEqualTo(401);
    assertThat(forged.body()).isEqualTo("Jwt verification fails");
    assertThat(forged.headers().firstValue("www-authenticate").orElse(""))
        .isEqualTo(
            "Bearer realm=\"http://127.0.0.1:"
                + echo.port()
                + "/orders\", error=\"invalid_token\"");
    assertThat(show(iris.token("https://eve.example", READER)).body())
        .isEqualTo("Jwt issuer is not configured");
    assertThat(show(iris.token(IRIS, READER, Instant.now().minusSeconds(120))).body())
        .isEqualTo("Jwt is expired");
    HttpResponse<String> elsewhere = show(iris.token(IRIS, "\"aud\":\"billing\""));
    assertThat(elsewhere.statusCode()).isEqualTo(403);
    assertThat(elsewhere.body()).isEqualTo("Audiences in Jwt are not allowed");
    // Whoever shows none passes, until a policy asks for one.
    mesh.configure("policy.yaml", POLICY);
    until(403, iris.token(IRIS, "\"sub\":\"ann\",\"aud\":\"orders\",\"scope\":\"reader\""));
    assertThat(get().statusCode()).isEqualTo(403);
    assertThat(show(good).statusCode()).isEqualTo(200);
    assertThat(show("x.y.z").statusCode()).isEqualTo(401);
    assertThat(echo.output())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "\"audit\":\"UNAUTHENTICATED\"",
                        "\"details\":\"jwt_authn_access_denied{Jwt_is_expired}\""))
        .allSatisfy(line -> assertThat(line).doesNotContain(good));
  }

  /** What the issuer publishes at a port of this machine. */
  private HttpServer publish(int port, AtomicReference<String> keys) throws IOException {
    HttpServer issuer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          byte[] body = keys.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(body.length == 0 ? 500 : 200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    issuer.start();
    return issuer;
  }

  @Test
  void keysAreFetchedAndFollowed() throws IOException, InterruptedException {
    echo = mesh.start("echo", "v1", Echo.class, "one", "0");
    int port = Ports.free();
    String first = iris.token(IRIS, READER);
    mesh.configure("tokens.yaml", TOKENS.formatted("jwksUri: http://127.0.0.1:" + port + "/keys"));
    // Nobody publishes them yet: who cannot be verified is not believed.
    until(401, first);
    assertThat(show(first).body()).isEqualTo("Jwks remote fetch is failed");
    assertThat(get().statusCode()).isEqualTo(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> mesh.control().output().stream().anyMatch(it -> it.contains("WEFT0317")));
    AtomicReference<String> published = new AtomicReference<>(TokenIssuer.keySet(iris));
    HttpServer issuer = publish(port, published);
    try {
      until(200, first);
      // A failed refresh changes nothing; a new key counts soon, and the old one no more.
      published.set("");
      TokenIssuer next = new TokenIssuer("two");
      String second = next.token(IRIS, READER);
      assertThat(show(second).statusCode()).isEqualTo(401);
      assertThat(show(first).statusCode()).isEqualTo(200);
      published.set(TokenIssuer.keySet(iris, next));
      until(200, second);
      assertThat(show(first).statusCode()).isEqualTo(200);
      published.set(TokenIssuer.keySet(next));
      until(401, first);
      assertThat(show(second).statusCode()).isEqualTo(200);
    } finally {
      issuer.stop(0);
    }
  }
}
