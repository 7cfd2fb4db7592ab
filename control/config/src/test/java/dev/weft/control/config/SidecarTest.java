package dev.weft.control.config;

import static dev.weft.control.config.Mesh.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Destination;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.OutboundTrafficPolicy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What workloads see of the mesh, by their Sidecars. */
class SidecarTest {

  private static final List<String> HOSTS =
      List.of("reviews.default:80", "details.team:80", "details.team:8080", "api.example.com:80");

  private static final String SERVICES =
      service("reviews.default.svc.cluster.local", "default")
          + service("details.team.svc.cluster.local", "team")
          + service("api.example.com", "team");

  private static String service(String host, String namespace) {
    return """
    ---
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: %s, namespace: %s}
    spec:
      hosts: [%s]
      location: MESH_INTERNAL
      resolution: STATIC
      ports: [{number: 80, name: http, protocol: HTTP}, {number: 8080, name: http-2, protocol: HTTP}]
      endpoints: [{address: 10.0.0.1}]
    """
        .formatted(host.replace(".", "-"), namespace, host);
  }

  private static String sidecar(String name, String namespace, String spec) {
    return """
    ---
    apiVersion: networking.istio.io/v1
    kind: Sidecar
    metadata: {name: %s, namespace: %s}
    spec: {%s}
    """
        .formatted(name, namespace, spec);
  }

  private static Mesh mesh(String... documents) {
    return new Mesh().file("mesh.yaml", SERVICES + String.join("", documents));
  }

  private static CallerView view(Mesh mesh, String namespace, String app) {
    return mesh.model().view(new Caller(new Namespace(namespace), Map.of("app", app, "x", "y")));
  }

  /** Which of the hosts a caller of the namespace {@code default} can address. */
  private static List<String> seen(Mesh mesh, String app) {
    return seen(view(mesh, "default", app));
  }

  private static List<String> seen(CallerView view) {
    return HOSTS.stream().filter(host -> view.resolve(host).isPresent()).toList();
  }

  private static List<String> seenBy(String egress) {
    return seen(mesh(sidecar("s", "default", "egress: [" + egress + "]")), "web");
  }

  @Test
  void hostsAreImportedByNamespaceAndName() {
    assertThat(seen(mesh(), "web")).isEqualTo(HOSTS);
    assertThat(seenBy("{hosts: ['*/*']}")).isEqualTo(HOSTS);
    assertThat(seenBy("{hosts: ['./*']}")).containsExactly("reviews.default:80");
    assertThat(seenBy("{hosts: ['team/*']}"))
        .containsExactly("details.team:80", "details.team:8080", "api.example.com:80");
    assertThat(seenBy("{hosts: ['*/*.svc.cluster.local']}"))
        .containsExactly("reviews.default:80", "details.team:80", "details.team:8080");
    assertThat(seenBy("{hosts: ['team/*.example.com']}")).containsExactly("api.example.com:80");
    assertThat(seenBy("{hosts: ['team/reviews.default.svc.cluster.local']}")).isEmpty();
    assertThat(seenBy("{hosts: ['~/*']}")).isEmpty();
    assertThat(seenBy("{hosts: ['*/*', '~team/*.example.com', '~./*']}"))
        .containsExactly("details.team:80", "details.team:8080");
  }

  @Test
  void aListenerWithAPortIsAloneForIt() {
    assertThat(seenBy("{port: {number: 8080, protocol: HTTP}, hosts: ['team/*']}"))
        .containsExactly("details.team:8080");
    assertThat(seenBy("{port: {number: 8080, protocol: HTTP}, hosts: ['./*']}, {hosts: ['*/*']}"))
        .containsExactly("reviews.default:80", "details.team:80", "api.example.com:80");
    Mesh mesh =
        mesh(
            sidecar(
                "s",
                "default",
                "egress: [{port: {number: 80, protocol: HTTP}, hosts: ['team/*']}]"));
    assertThat(clusters(view(mesh, "default", "web"), "details.team.svc.cluster.local"))
        .containsExactly(80);
  }

  private static List<Integer> clusters(CallerView view, String host) {
    return Stream.of(80, 8080)
        .filter(port -> view.cluster(new Destination(new Fqdn(host), port, "")).isPresent())
        .toList();
  }

  @Test
  void theMostSpecificOneCounts() {
    String own = "workloadSelector: {labels: {app: web}}, egress: [{hosts: ['./*']}]";
    Mesh mesh =
        mesh(
            sidecar("own", "default", own),
            sidecar("all", "default", "egress: [{hosts: ['team/details.team.svc.cluster.local']}]"),
            sidecar("root", "istio-system", "egress: [{hosts: ['*/api.example.com', './*']}]"));
    assertThat(seen(mesh, "web")).containsExactly("reviews.default:80");
    assertThat(seen(mesh, "other")).containsExactly("details.team:80", "details.team:8080");
    // The root namespace's dot is the workload's own namespace.
    assertThat(seen(view(mesh, "team", "web")))
        .containsExactly("details.team:80", "details.team:8080", "api.example.com:80");
    assertThat(seen(view(mesh, "third", "web"))).containsExactly("api.example.com:80");
  }

  @Test
  void theOlderOneWinsAndTheOtherIsReported() {
    String selector = "workloadSelector: {labels: {app: web}}, ";
    Mesh mesh =
        mesh(
                sidecar("a", "default", selector + "egress: [{hosts: ['./*']}]"),
                sidecar("b", "default", selector + "egress: [{hosts: ['*/*']}]"),
                sidecar("c", "default", "egress: [{hosts: ['./*']}]"),
                sidecar("d", "default", "egress: [{hosts: ['*/*']}]"))
            .workload("web", Map.of(), http(9080));
    assertThat(seen(mesh, "web")).containsExactly("reviews.default:80");
    assertThat(mesh.findings(FindingCode.SHADOWED_SIDECAR))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains("Sidecar default/b", "Sidecar default/a", "the workload web.default"),
            second -> assertThat(second).contains("Sidecar default/d", "the whole namespace"));
    assertThat(
            mesh(sidecar("a", "team", selector + "egress: [{hosts: ['./*']}]"))
                .findings(FindingCode.NOTHING_SELECTED))
        .singleElement()
        .satisfies(it -> assertThat(it).contains("spec.workloadSelector", "{app=web}"));
  }

  private static String rule(String host, String destination) {
    return """
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: rule}
    spec:
      hosts: [%s]
      http:
      - name: ruled
        route: [{destination: {host: %s, port: {number: 80}}}]
    """
        .formatted(host, destination);
  }

  @Test
  void aRuleLeadsWhereTheCallerCannotGoItself() {
    Mesh mesh =
        mesh(
            rule("reviews", "details.team.svc.cluster.local"),
            sidecar("s", "default", "egress: [{hosts: ['./*']}]"));
    CallerView view = view(mesh, "default", "web");
    assertThat(seen(view)).containsExactly("reviews.default:80");
    assertThat(clusters(view, "details.team.svc.cluster.local")).isNotEmpty();
    assertThat(clusters(view, "api.example.com")).isEmpty();
    assertThat(view.addressable()).extracting(it -> it.namespace().value()).containsOnly("default");
  }

  @Test
  void aRuleThatIsNotImportedHasNoEffect() {
    String egress = "egress: [{hosts: ['team/*', 'default/*.cluster.local']}]";
    Mesh mesh = mesh(rule("api.example.com", "details.team.svc.cluster.local"));
    assertThat(routes(mesh)).containsExactly("ruled");
    assertThat(routes(mesh.file("s.yaml", sidecar("s", "default", egress))))
        .containsExactly("default");
  }

  private static List<String> routes(Mesh mesh) {
    CallerView view = view(mesh, "default", "web");
    return view.routes(view.resolve("api.example.com").orElseThrow()).stream()
        .map(route -> route.name())
        .toList();
  }

  @Test
  void thePolicyOfUnknownHostsIsTheSidecarsElseTheMeshs() {
    assertThat(outbound("egress: [{hosts: ['./*']}]")).isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
    assertThat(outbound("outboundTrafficPolicy: {mode: ALLOW_ANY}"))
        .isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
    assertThat(outbound("outboundTrafficPolicy: {mode: REGISTRY_ONLY}"))
        .isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(outbound("outboundTrafficPolicy: {}"))
        .isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(seen(mesh(sidecar("s", "default", "outboundTrafficPolicy: {}")), "web"))
        .isEqualTo(HOSTS);
  }

  private static OutboundTrafficPolicy outbound(String spec) {
    return view(mesh(sidecar("s", "default", spec)), "default", "web").outbound();
  }

  @Test
  void aHostThatIsNowhereIsReported() {
    Mesh mesh =
        mesh(
            sidecar(
                "s",
                "default",
                "egress: [{hosts: ['./reviews.default.svc.cluster.local', 'team/api.example.com',"
                    + " 'default/api.example.com', '*/nowhere.example', '~*/none.example',"
                    + " './*']}]"),
            sidecar("r", "istio-system", "egress: [{hosts: ['./api.example.com']}]"));
    assertThat(mesh.findings(FindingCode.UNKNOWN_HOST))
        .satisfiesExactly(
            it -> assertThat(it).contains("Sidecar default/s", "*/nowhere.example is not known"),
            it -> assertThat(it).contains("default/api.example.com is not known"));
  }

  @Test
  void whatIsNotEnforcedIsReported() {
    Mesh mesh =
        mesh(
            sidecar(
                "s",
                "default",
                "egress: [{port: {number: 0, protocol: HTTP}, bind: 'unix:///a', hosts: ['*/*']},"
                    + " {port: {number: 80, protocol: HTTP_PROXY}, hosts: ['*/*']}],"
                    + " inboundConnectionPool: {http: {http2MaxRequests: 1}},"
                    + " outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.b}},"
                    + " ingress: [{port: {number: 80, protocol: HTTP}}]"));
    assertThat(mesh.findings(FindingCode.FIELD_NOT_ENFORCED))
        .satisfiesExactly(
            it -> assertThat(it).contains("egressProxy"),
            it -> assertThat(it).contains("inboundConnectionPool"));
    assertThat(mesh.findings(FindingCode.FIELD_NEVER))
        .satisfiesExactly(
            it -> assertThat(it).contains("bind"),
            it -> assertThat(it).contains("ingress"),
            it -> assertThat(it).contains("HTTP_PROXY", "spec.egress[1].port.protocol"));
    assertThat(seen(mesh, "web")).isEmpty();
  }
}
