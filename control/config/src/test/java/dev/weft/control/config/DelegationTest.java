package dev.weft.control.config;

import static dev.weft.control.config.Mesh.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.RouteAction.DirectResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules without hosts, and those that delegate to them; the merging is istiod's. */
class DelegationTest {

  private static String root(String route) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: root}
    spec:
      hosts: [reviews]
      http:
      - %s
      - directResponse: {status: 299}
    """
        .formatted(route);
  }

  private static String delegate(String name, String... routes) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: %s}
    spec:
      http:
    """
            .formatted(name)
        + String.join("", List.of(routes).stream().map(route -> "  - " + route + "\n").toList());
  }

  private static Mesh mesh(String root, String... delegates) {
    Mesh mesh = new Mesh().workload("reviews", Map.of(), http(9080)).file("a.yaml", root(root));
    for (int i = 0; i < delegates.length; i++) {
      mesh.file("delegate-" + i + ".yaml", delegates[i]);
    }
    return mesh;
  }

  private static List<HttpRoute> routes(Mesh mesh) {
    var view = mesh.view();
    return view.routes(view.resolve("reviews:9080").orElseThrow());
  }

  /** The last one is the root's own, {@code 299}. */
  private static List<Integer> statuses(Mesh mesh) {
    return routes(mesh).stream().map(route -> ((DirectResponse) route.action()).status()).toList();
  }

  @Test
  void routesTakeThePlaceOfTheOneThatDelegates() {
    Mesh mesh =
        mesh(
            "{name: a, match: [{uri: {prefix: /a}}], delegate: {name: team}}",
            delegate(
                "team",
                "{name: b, match: [{uri: {exact: /a/b}}], directResponse: {status: 201}}",
                "{directResponse: {status: 202}}"));
    assertThat(statuses(mesh)).containsExactly(201, 202, 299);
    assertThat(routes(mesh)).extracting(HttpRoute::name).containsExactly("a-b", "a", "");
    assertThat(mesh.model().findings()).isEmpty();
  }

  @Test
  void whatIsNotWrittenIsAsInTheRoot() {
    Mesh mesh =
        mesh(
            "{timeout: 2s, headers: {request: {set: {x-root: r}}}, delegate: {name: team}}",
            delegate(
                "team",
                "{match: [{uri: {prefix: /a}}], headers: {request: {set: {x-leaf: l}}},"
                    + " route: [{destination: {host: reviews}}]}",
                "{timeout: 3s, route: [{destination: {host: reviews}}]}"));
    List<HttpRoute> routes = routes(mesh);
    assertThat(routes)
        .extracting(HttpRoute::timeout)
        .startsWith(Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(routes.get(0).headers().request().set()).containsOnlyKeys("x-leaf");
    assertThat(routes.get(1).headers().request().set()).containsOnlyKeys("x-root");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{uri: {prefix: /a}} | {uri: {prefix: /ab}} | 201",
        "{uri: {prefix: /a}} | {uri: {exact: /b}} |",
        "{uri: {prefix: /a}} | {uri: {regex: /a.*}} |",
        "{uri: {regex: /a.*}} | {uri: {regex: /a.*}} |",
        "{uri: {exact: /a}} | {uri: {exact: /a}} | 201",
        "{uri: {exact: /a}} | {uri: {prefix: /a}} |",
        "{uri: {prefix: /a}, ignoreUriCase: true} | {uri: {prefix: /a}} |",
        "{headers: {x: {exact: a}}} | {headers: {y: {exact: b}}} | 201",
        "{headers: {x: {exact: a}}} | {headers: {x: {exact: b}}} |",
        "{headers: {x: {}}} | {headers: {x: {exact: b}}} |",
        "{port: 9080} | {uri: {prefix: /a}} | 201",
        "{port: 9080} | {port: 9081} |",
        "{sourceNamespace: default} | {uri: {prefix: /}} |",
      })
  void conditionsThatContradictLeaveTheRouteOut(String root, String sub, Integer status) {
    Mesh mesh =
        mesh(
            "{match: [" + root + "], delegate: {name: team}}",
            delegate("team", "{match: [" + sub + "], directResponse: {status: 201}}"));
    assertThat(statuses(mesh)).isEqualTo(status == null ? List.of(299) : List.of(status, 299));
    assertThat(mesh.findings(FindingCode.UNREACHABLE)).hasSize(status == null ? 1 : 0);
  }

  @Test
  void eachBlockIsJoinedWithEachThatItFits() {
    Mesh mesh =
        mesh(
            "{match: [{name: p, uri: {prefix: /a}}, {name: m, method: {exact: GET}}],"
                + " delegate: {name: team}}",
            delegate(
                "team",
                "{match: [{name: s, uri: {prefix: /a/b}}], directResponse: {status: 201}}"));
    assertThat(routes(mesh).get(0).matches())
        .extracting(match -> match.name())
        .containsExactly("p-s", "m-s");
  }

  @Test
  void aDelegateThatIsNotThereIsReported() {
    Mesh missing = mesh("{delegate: {name: team, namespace: shop}}");
    assertThat(statuses(missing)).containsExactly(299);
    assertThat(missing.findings(FindingCode.UNKNOWN_DELEGATE))
        .singleElement()
        .asString()
        .contains("a.yaml:7", "VirtualService shop/team is not known; the route is left out");
    Mesh itself = mesh("{delegate: {name: root}}");
    assertThat(itself.findings(FindingCode.UNKNOWN_DELEGATE))
        .singleElement()
        .asString()
        .contains("has hosts of its own");
    Mesh hidden =
        mesh(
            "{delegate: {name: team, namespace: shop}}",
            delegate("team", "{directResponse: {status: 201}}")
                .replace("{name: team}", "{name: team, namespace: shop}")
                .replace("spec:", "spec:\n  exportTo: [.]"));
    assertThat(hidden.findings(FindingCode.UNKNOWN_DELEGATE))
        .singleElement()
        .asString()
        .contains("is not exported to default");
  }

  @Test
  void aDelegateDoesNotDelegate() {
    String yaml = delegate("team", "{delegate: {name: team}}");
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT)
            .read("a.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(file.isValid()).isFalse();
    assertThat(file.findings().toString()).contains("expected: one level of delegates");
  }

  @Test
  void whatADelegateNamesIsLookedUpInItsOwnNamespace() {
    Mesh mesh =
        mesh(
            "{delegate: {name: team, namespace: shop}}",
            delegate("team", "{route: [{destination: {host: reviews}}]}")
                .replace("{name: team}", "{name: team, namespace: shop}"));
    assertThat(routes(mesh).get(0).destinations().get(0).destination().host())
        .hasToString("reviews.shop.svc.cluster.local");
    assertThat(mesh.findings(FindingCode.UNKNOWN_HOST))
        .singleElement()
        .asString()
        .contains("delegate-0.yaml:6");
  }
}
