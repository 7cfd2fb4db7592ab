package dev.weft.control.config;

import static dev.weft.control.config.Mesh.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RetryPolicy;
import dev.weft.control.model.Service;
import dev.weft.control.model.Subset;
import dev.weft.control.model.WorkloadSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which rule wins, what becomes of unenforced actions, and what the analysis says. */
class RulesTest {

  @Test
  void ofTwoRulesTheNameThatSortsFirstWins() {
    Mesh mesh = reviews().file("1.yaml", rule("b", "", "b")).file("2.yaml", rule("a", "", "a"));
    assertThat(routeNames(mesh)).containsExactly("a");
    assertThat(mesh.findings(FindingCode.HOST_CONFLICT))
        .singleElement()
        .asString()
        .contains(
            "1.yaml:2", "VirtualService default/b", "VirtualService default/a (2.yaml:2) wins");
  }

  @Test
  void theOlderRuleWinsWhereItSaysSo() {
    Mesh mesh =
        reviews()
            .file("1.yaml", rule("a", ", creationTimestamp: '2026-02-01T00:00:00Z'", "a"))
            .file("2.yaml", rule("b", ", creationTimestamp: '2026-01-01T00:00:00Z'", "b"));
    assertThat(routeNames(mesh)).containsExactly("b");
  }

  @Test
  void theRuleForFewerNamespacesWins() {
    Mesh mesh =
        reviews()
            .file("1.yaml", rule("a", "", "a"))
            .file("2.yaml", rule("b", "", "b").replace("spec:", "spec:\n  exportTo: [.]"));
    assertThat(routeNames(mesh)).containsExactly("b");
    assertThat(mesh.findings(FindingCode.HOST_CONFLICT))
        .singleElement()
        .asString()
        .contains("default/a]");
  }

  @Test
  void ofOneResourceInTwoFilesTheFirstFileWins() {
    Mesh mesh = reviews().file("b.yaml", rule("x", "", "b")).file("a.yaml", rule("x", "", "a"));
    assertThat(routeNames(mesh)).containsExactly("a");
    assertThat(mesh.findings(FindingCode.DUPLICATE_RESOURCE))
        .singleElement()
        .asString()
        .contains("b.yaml:2", "also defined at a.yaml:2, which wins");
  }

  @Test
  void theModelDoesNotDependOnTheOrderOfFiles() {
    long seed = Long.getLong("weft.test.seed", System.nanoTime());
    System.out.println("RulesTest: -Dweft.test.seed=" + seed);
    Mesh mesh = reviews();
    for (int i = 0; i < 12; i++) {
      mesh.file("rule-" + i + ".yaml", rule("r" + i % 8, "", "route-" + i));
      mesh.file("policy-" + i + ".yaml", policy("p" + i, "v" + i % 5));
    }
    Resolver resolver = new Resolver(MeshSettings.DEFAULT);
    MeshModel expected = resolver.resolve(mesh.files(), WorkloadSource.Snapshot.EMPTY);
    List<ConfigFile> shuffled = new ArrayList<>(mesh.files());
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(shuffled, new Random(seed + i));
      assertThat(resolver.resolve(shuffled, WorkloadSource.Snapshot.EMPTY).saysTheSameAs(expected))
          .isTrue();
    }
  }

  @Test
  void retriesAreIstiosWhereNothingIsSaid() {
    Mesh mesh = reviews().file("a.yaml", rule("a", "", "a"));
    assertThat(routes(mesh).get(0).retries()).isEqualTo(RetryPolicy.DEFAULT);
    Mesh off =
        reviews().file("a.yaml", rule("a", "", "a").replace("- name", "- retries: {}\n    name"));
    assertThat(routes(off).get(0).retries().attempts()).isZero();
  }

  @Test
  void conditionsOfRetriesThatNeverHappenAreSaid() {
    String retries =
        "- retries: {attempts: 1, retryOn: 'reset,http3-post-connect-failure,retriable-headers'}";
    Mesh mesh =
        reviews().file("a.yaml", rule("a", "", "a").replace("- name", retries + "\n    name"));
    assertThat(mesh.findings(FindingCode.FIELD_NEVER))
        .hasSize(2)
        .anySatisfy(text -> assertThat(text).contains("http3-post-connect-failure never happens"))
        .anySatisfy(text -> assertThat(text).contains("retriable-headers never happens"));
  }

  @Test
  void aMirrorThatIsNotThereGetsNoCopies() {
    String mirror = "- mirror: {host: nobody}\n    name";
    Mesh mesh = reviews().file("a.yaml", rule("a", "", "a").replace("- name", mirror));
    assertThat(mesh.findings(FindingCode.UNKNOWN_HOST))
        .singleElement()
        .asString()
        .contains("nobody.default.svc.cluster.local is not known", "until then: no copies");
  }

  @Test
  void headerValuesHoldSomeVariables() {
    String headers =
        "- headers: {request: {set: {A: '100%%', B: '%START_TIME%', C: '%REQ(x?y):3%'}}}\n    name";
    Mesh mesh = reviews().file("a.yaml", rule("a", "", "a").replace("- name", headers));
    assertThat(routes(mesh).get(0).headers().request().set())
        .as("in Envoy's form, in which they go on")
        .containsExactly(Map.entry("a", "100%%"), Map.entry("c", "%REQ(x?y):3%"));
    assertThat(mesh.findings(FindingCode.FIELD_NOT_ENFORCED))
        .singleElement()
        .asString()
        .contains(
            "%START_TIME%: the variable is valid, but not enforced yet; the edit is left out");
  }

  @Test
  void whatIsUnknownIsSaid() {
    Mesh mesh =
        reviews()
            .file(
                "a.yaml",
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: a}
                spec:
                  hosts: [reviews.default]
                  http:
                  - match: [{uri: {prefix: /a}}]
                    route:
                    - destination: {host: nobody}
                  - match: [{uri: {prefix: /b}}]
                    route:
                    - destination: {host: reviews, subset: v9}
                  - match: [{uri: {prefix: /a}}]
                    route:
                    - destination: {host: reviews, port: {number: 1}}
                  - route: [{destination: {host: reviews}}]
                  - route: [{destination: {host: reviews}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: a}
                spec:
                  host: nobody-else
                """)
            .file("b.yaml", policy("reviews", "v7"));
    assertFinding(
        mesh,
        FindingCode.UNKNOWN_HOST,
        "a.yaml:9",
        "nobody.default.svc.cluster.local is not known");
    assertFinding(
        mesh, FindingCode.UNKNOWN_HOST, "a.yaml:20", "nobody-else.default.svc.cluster.local");
    assertFinding(
        mesh, FindingCode.UNKNOWN_SUBSET, "a.yaml:12", "has no subset v9 (expected: one of [v7];");
    assertFinding(
        mesh, FindingCode.UNKNOWN_PORT, "a.yaml:15", "has no port 1 (expected one of: [9080])");
    assertFinding(mesh, FindingCode.UNREACHABLE, "a.yaml:13", "routes before it match the same");
    assertFinding(
        mesh, FindingCode.UNREACHABLE, "a.yaml:17", "a route before it matches everything");
    assertFinding(mesh, FindingCode.LITERAL_HOST, "a.yaml:2", "reviews.default.svc.cluster.local)");
    assertFinding(mesh, FindingCode.EMPTY_SUBSET, "b.yaml:2", "v7");
  }

  @Test
  void subsetsAreCheckedThoughNothingRunsYet() {
    Mesh mesh =
        new Mesh()
            .file(
                "a.yaml",
                rule("a", "", "a").replace("host: reviews}", "host: reviews, subset: v9}"))
            .file("b.yaml", policy("b", "v1"));
    assertFinding(mesh, FindingCode.UNKNOWN_HOST, "a.yaml:8", "a running workload");
    assertFinding(
        mesh, FindingCode.UNKNOWN_SUBSET, "a.yaml:8", "has no subset v9 (expected: one of [v1];");
  }

  @Test
  void policiesForOneHostMerge() {
    Mesh mesh =
        reviews()
            .file(
                "a.yaml", policy("a", "v1") + "  trafficPolicy: {loadBalancer: {simple: RANDOM}}\n")
            .file(
                "b.yaml",
                policy("b", "v2") + "  trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}\n")
            .file("c.yaml", policy("c", "v1"));
    assertThat(mesh.model().policies())
        .singleElement()
        .satisfies(
            policy -> {
              assertThat(policy.subsets())
                  .extracting(subset -> subset.name())
                  .containsExactly("v1", "v2");
              assertThat(Objects.requireNonNull(policy.settings().loadBalancer()).simple())
                  .hasToString("RANDOM");
            });
    assertFinding(
        mesh, FindingCode.SHADOWED_POLICY, "b.yaml:2", "also set by DestinationRule default/a");
    assertFinding(mesh, FindingCode.DUPLICATE_SUBSET, "c.yaml:2", "the subset v1");
  }

  @Test
  void aPolicyForSomeCallersIsNotForAll() {
    String selector = "  workloadSelector: {matchLabels: {app: web}}\n";
    Mesh mesh =
        reviews().file("a.yaml", policy("a", "v1") + selector).file("b.yaml", policy("b", "v2"));
    assertThat(subsets(mesh, "default", "web")).containsExactly("v1");
    assertThat(subsets(mesh, "default", "other")).containsExactly("v2");
    // It is exported to nobody, whatever it says.
    assertThat(subsets(mesh, "elsewhere", "web")).containsExactly("v2");
    assertThat(mesh.findings(FindingCode.SHADOWED_POLICY)).isEmpty();
    // As in Istio, it ends the search even for those whom it does not select.
    Mesh alone = reviews().file("a.yaml", policy("a", "v1") + selector);
    assertThat(subsets(alone, "default", "other")).isEmpty();
    // A rule for all completes it where it is exported alike.
    Mesh local =
        reviews()
            .file("a.yaml", policy("a", "v1") + selector)
            .file("b.yaml", policy("b", "v2") + "  exportTo: ['.']\n");
    assertThat(subsets(local, "default", "web")).containsExactly("v1", "v2");
    assertThat(subsets(local, "default", "other")).containsExactly("v2");
  }

  private static List<String> subsets(Mesh mesh, String namespace, String app) {
    CallerView view = mesh.model().view(new Caller(new Namespace(namespace), Map.of("app", app)));
    Service service = view.resolve("reviews.default:9080").orElseThrow().service();
    return view.policy(Objects.requireNonNull(service)).stream()
        .flatMap(policy -> policy.subsets().stream().map(Subset::name))
        .toList();
  }

  private static void assertFinding(Mesh mesh, FindingCode code, String... parts) {
    assertThat(mesh.findings(code)).anySatisfy(text -> assertThat(text).contains(parts));
  }

  private static Mesh reviews() {
    return new Mesh().workload("reviews", Map.of("version", "v1"), http(9080));
  }

  private static List<HttpRoute> routes(Mesh mesh) {
    return mesh.view().routes(mesh.view().resolve("reviews:9080").orElseThrow());
  }

  private static List<String> routeNames(Mesh mesh) {
    return routes(mesh).stream().map(HttpRoute::name).toList();
  }

  private static String rule(String name, String metadata, String route) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: %s%s}
    spec:
      hosts: [reviews]
      http:
      - name: %s
        route: [{destination: {host: reviews}}]
    """
        .formatted(name, metadata, route);
  }

  private static String policy(String name, String subset) {
    return """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: %s}
    spec:
      host: reviews
      subsets:
      - name: %s
        labels: {version: %s}
    """
        .formatted(name, subset, subset);
  }
}
