package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.RateLimitPolicy.Action;
import dev.weft.control.model.RateLimitPolicy.Local;
import dev.weft.control.model.RateLimitPolicy.Particular;
import dev.weft.control.model.RateLimitPolicy.TokenBucket;
import dev.weft.control.model.StringMatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RateLimits as they are read, and for whom they are. */
class RateLimitConfigTest {

  private static final Namespace DEFAULT = new Namespace("default");

  private static String limit(String namespace, String name, String selector) {
    return """
    apiVersion: weft.dev/v1alpha1
    kind: RateLimit
    metadata: {name: %s, namespace: %s}
    spec:
      %s
      local:
      - tokenBucket: {maxTokens: 3, fillInterval: 2s}
    """
        .formatted(name, namespace, selector.isEmpty() ? "" : "selector: " + selector);
  }

  private static List<String> names(MeshModel model, Namespace namespace, String app) {
    return model.rateLimits(namespace, Map.of("app", app)).stream()
        .map(policy -> policy.id().name())
        .toList();
  }

  @Test
  void localLimits() {
    MeshModel model =
        new Mesh()
            .file(
                "limit.yaml",
                """
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: ratings}
                spec:
                  local:
                  - name: user
                    match:
                      uri: {prefix: /api}
                      method: {exact: POST}
                      headers: {X-Env: {regex: "*"}}
                      withoutHeaders: {x-test: {exact: "1"}}
                    actions:
                    - requestHeaders: {headerName: X-User}
                    - sourcePrincipal: {descriptorKey: who}
                    - remoteAddress: {}
                    - path: {}
                    - genericKey: {descriptorValue: all}
                    tokenBucket: {maxTokens: 10, tokensPerFill: 5, fillInterval: 1m}
                    overrides:
                    - values: {x-user: jason, who: spiffe}
                      tokenBucket: {maxTokens: 20, fillInterval: 1s}
                    maxKeys: 7
                    enableXRatelimitHeaders: DRAFT_VERSION_03
                    rateLimitedAsResourceExhausted: true
                  - tokenBucket: {maxTokens: 3, fillInterval: 2s}
                """)
            .model();
    RateLimitPolicy policy = model.rateLimits().get(0);
    assertThat(policy.local())
        .containsExactly(
            new Local(
                "user",
                new RateLimitPolicy.Condition(
                    new StringMatch.Prefix("/api"),
                    new StringMatch.Exact("POST"),
                    null,
                    Map.of("x-env", new StringMatch.Present()),
                    Map.of("x-test", new StringMatch.Exact("1"))),
                List.of(
                    new Action.RequestHeader("x-user", "x-user"),
                    new Action.SourcePrincipal("who"),
                    new Action.RemoteAddress(),
                    new Action.Path("path"),
                    new Action.GenericKey("generic_key", "all")),
                new TokenBucket(10, 5, Duration.ofMinutes(1)),
                List.of(
                    new Particular(
                        Map.of("x-user", "jason", "who", "spiffe"),
                        new TokenBucket(20, 1, Duration.ofSeconds(1)))),
                7,
                new RateLimitPolicy.Replies(true, true)),
            new Local(
                "1",
                RateLimitPolicy.Condition.NONE,
                List.of(),
                new TokenBucket(3, 1, Duration.ofSeconds(2)),
                List.of(),
                10_000,
                new RateLimitPolicy.Replies(false, false)));
    assertThat(model.findings()).isEmpty();
  }

  @Test
  void forWhomTheyAre() {
    MeshModel model =
        new Mesh()
            .file("1.yaml", limit("default", "ratings", "{matchLabels: {app: ratings}}"))
            .file("2.yaml", limit("default", "all", ""))
            .file("3.yaml", limit("istio-system", "mesh", ""))
            .file("4.yaml", limit("istio-system", "every", "{matchLabels: {app: ratings}}"))
            .file("5.yaml", limit("shop", "other", ""))
            .model();
    assertThat(names(model, DEFAULT, "ratings")).containsExactly("every", "mesh", "all", "ratings");
    assertThat(names(model, DEFAULT, "web")).containsExactly("mesh", "all");
    assertThat(names(model, new Namespace("shop"), "ratings"))
        .containsExactly("every", "mesh", "other");
  }

  @Test
  void selectorsOfNobodyAreReported() {
    Mesh mesh =
        new Mesh()
            .file("1.yaml", limit("default", "ratings", "{matchLabels: {app: ratings}}"))
            .file("2.yaml", limit("default", "none", "{matchLabels: {app: none}}"))
            .workload("ratings", Map.of("app", "ratings"), Mesh.http(8080));
    assertThat(mesh.findings(FindingCode.NOTHING_SELECTED))
        .singleElement()
        .asString()
        .contains("RateLimit default/none", "no workload of default carries {app=none}");
  }
}
