package dev.weft.control.source.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.TokenRule;
import dev.weft.control.model.TrustBundle;
import dev.weft.control.model.WorkloadSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that are fetched, kept, and fetched again. */
class IssuerKeysTest {

  private static final String KEYS =
      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\","
          + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
          + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";

  private final AtomicInteger requests = new AtomicInteger();
  private final IssuerKeys keys =
      new IssuerKeys(new FetchRules(Set.of("127.0.0.1"), Duration.ofMillis(50)));
  private HttpServer issuer;
  private volatile String published = "";

  @BeforeEach
  void start() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          String path = exchange.getRequestURI().getPath();
          String answer =
              path.endsWith("/openid-configuration")
                  ? "{\"issuer\":\"" + url("") + "\",\"jwks_uri\":\"" + url("/keys") + "\"}"
                  : published;
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    issuer.start();
  }

  @AfterEach
  void stop() {
    keys.close();
    issuer.stop(0);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + issuer.getAddress().getPort() + path;
  }

  private MeshModel model(String rule) {
    String yaml =
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens}
        spec: {jwtRules: [%s]}
        """
            .formatted(rule);
    return new Resolver(MeshSettings.DEFAULT)
        .resolve(
            List.of(
                new ConfigReader(MeshSettings.DEFAULT)
                    .read("tokens.yaml", yaml.getBytes(StandardCharsets.UTF_8))),
            WorkloadSource.Snapshot.EMPTY,
            TrustBundle.NONE,
            keys.published());
  }

  private static List<String> ids(MeshModel model) {
    TokenRule rule = model.requestAuthentication().get(0).rules().get(0);
    return rule.keys().stream().map(key -> key.id()).toList();
  }

  @Test
  void theLastKeysStayWhenAFetchFails() throws InterruptedException {
    String rule = "{issuer: a, jwksUri: \"" + url("/keys") + "\"}";
    assertThat(model(rule).findings()).isEmpty();
    keys.updated(model(rule));
    keys.awaitFirst(Duration.ofSeconds(20));
    assertThat(ids(model(rule))).isEmpty();
    assertThat(model(rule).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(FindingCode.KEYS_NOT_FETCHED);
              assertThat(finding.field()).isEqualTo("spec.jwtRules[0].jwksUri");
              assertThat(finding.message())
                  .contains("status 503", "until then: its tokens are refused");
            });
    AtomicInteger changes = new AtomicInteger();
    keys.onChange(changes::incrementAndGet);
    published = KEYS.formatted("one");
    // That of the first look may still be on its way.
    await(() -> ids(model(rule)).equals(List.of("one")) && changes.get() >= 1);
    assertThat(model(rule).findings()).isEmpty();
    for (String wrong : List.of("", "{}", "no JSON", "{\"keys\":[]}")) {
      published = wrong;
      await(() -> !model(rule).findings().isEmpty());
      assertThat(ids(model(rule))).containsExactly("one");
      assertThat(model(rule).findings().get(0).message()).endsWith("its last keys are used");
      published = KEYS.formatted("one");
      await(() -> model(rule).findings().isEmpty());
    }
    published = KEYS.formatted("two");
    await(() -> ids(model(rule)).equals(List.of("two")));
  }

  @Test
  void whoIsNotAskedForIsNotAsked() throws InterruptedException {
    published = KEYS.formatted("one");
    String rule = "{issuer: a, jwksUri: \"" + url("/keys") + "\"}";
    keys.updated(model(rule));
    keys.awaitFirst(Duration.ofSeconds(20));
    assertThat(ids(model(rule))).containsExactly("one");
    keys.updated(MeshModel.EMPTY);
    assertThat(keys.published()).isEmpty();
    int before = requests.get();
    // At most the one that was under way.
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(5))
        .until(() -> requests.get() <= before + 1);
  }

  @Test
  void issuersSayWhereTheirKeysAre() throws InterruptedException {
    published = KEYS.formatted("one");
    String rule = "{issuer: \"" + url("") + "\"}";
    keys.updated(model(rule));
    keys.awaitFirst(Duration.ofSeconds(20));
    assertThat(ids(model(rule))).containsExactly("one");
    String nobody = "{issuer: nobody}";
    keys.updated(model(nobody));
    keys.awaitFirst(Duration.ofSeconds(20));
    assertThat(model(nobody).findings().get(0).field()).isEqualTo("spec.jwtRules[0].issuer");
    assertThat(ids(model(nobody))).isEmpty();
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
  }
}
