package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Destination;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.Locality;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.OutboundTrafficPolicy;
import dev.weft.control.model.TcpKeepalive;
import dev.weft.control.model.TrafficPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Istio's MeshConfig, as a file of its own or as the ConfigMap that istiod reads. */
class MeshConfigTest {

  private static final String RESOURCES =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api, namespace: shop}
      spec:
        hosts: [api.example.com]
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints:
        - {address: 10.0.0.1, locality: eu/a}
        - {address: 10.0.0.2, locality: us/a}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: api, namespace: shop}
      spec:
        host: api.example.com
        subsets: [{name: v1, labels: {version: v1}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: api, namespace: shop}
      spec:
        hosts: [api.example.com]
        http:
        - name: ruled
          route: [{destination: {host: api.example.com}}]
      """;

  private static Mesh mesh(String config) {
    return new Mesh().file("a.yaml", RESOURCES).file("mesh.yaml", config);
  }

  private static CallerView view(Mesh mesh, String namespace) {
    return mesh.model()
        .view(new Caller(new Namespace(namespace), Map.of(), new Locality("eu", "a", "")));
  }

  private static HttpRoute route(Mesh mesh, String namespace) {
    CallerView view = view(mesh, namespace);
    return view.routes(view.resolve("api.example.com").orElseThrow()).get(0);
  }

  private static TrafficPolicy policy(Mesh mesh) {
    Destination destination = new Destination(new Fqdn("api.example.com"), 80, "");
    return view(mesh, "shop").cluster(destination).orElseThrow().policy();
  }

  @Test
  void unknownHostsAreRefusedMeshWideUnlessASidecarSaysOtherwise() {
    String strict = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n";
    assertThat(outbound(mesh(strict))).isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(outbound(mesh("outboundTrafficPolicy: {}\n")))
        .isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(outbound(mesh("outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}\n")))
        .isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
    assertThat(outbound(mesh("connectTimeout: 1s\n"))).isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
    String sidecar =
        """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: s, namespace: shop}
        spec: {outboundTrafficPolicy: {mode: ALLOW_ANY}}
        """;
    assertThat(outbound(mesh(strict).file("s.yaml", sidecar)))
        .isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
  }

  private static OutboundTrafficPolicy outbound(Mesh mesh) {
    return view(mesh, "shop").outbound();
  }

  @Test
  void itIsReadFromIstiosConfigMapToo() {
    Mesh mesh =
        new Mesh()
            .file("a.yaml", RESOURCES)
            .file(
                "istio.yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data:
                  meshNetworks: 'networks: {}'
                  mesh: |-
                    accessLogFile: /dev/stdout
                    outboundTrafficPolicy:
                      mode: REGISTRY_ONLY
                """);
    assertThat(outbound(mesh)).isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(mesh.findings(FindingCode.FIELD_NOT_ENFORCED))
        .singleElement()
        .satisfies(it -> assertThat(it).contains("istio.yaml:7", "accessLogFile"));
  }

  @Test
  void errorsHaveTheirLine() {
    String map =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio}
        data:
          mesh: |
            connectTimeout: 1s
            rootNamespce: x
        """;
    assertThat(errors("istio.yaml", map)).containsExactly("istio.yaml:7 WEFT0104");
    assertThat(errors("mesh.yaml", "outboundTrafficPolicy: {mode: NONE}\n"))
        .containsExactly("mesh.yaml:1 WEFT0101");
    assertThat(errors("mesh.yaml", "\nconnectTimeout: 1\ndefaultServiceExportTo: ['a/b']\n"))
        .containsExactly("mesh.yaml:2 WEFT0102");
    assertThat(errors("mesh.yaml", "\ndefaultServiceExportTo: ['a/b']\n"))
        .containsExactly("mesh.yaml:2 WEFT0101");
    // Elsewhere, what is no resource is none.
    assertThat(errors("other.yaml", "connectTimeout: 1s\n"))
        .containsExactly("other.yaml:1 WEFT0103", "other.yaml:1 WEFT0103");
  }

  private static List<String> errors(String name, String yaml) {
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT).read(name, yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(file.isValid()).isFalse();
    return file.findings().stream()
        .map(finding -> finding.location() + " " + finding.code().id())
        .toList();
  }

  @Test
  void retriesAndTimeoutsHoldWhereNothingIsSaid() {
    Mesh mesh =
        mesh(
            """
            connectTimeout: 3s
            defaultHttpRetryPolicy: {attempts: 5, retryOn: '5xx', backoff: 1s, perTryTimeout: 2s,
              retryRemoteLocalities: true, retryIgnorePreviousHosts: false}
            """);
    assertThat(route(mesh, "shop").retries().attempts()).isEqualTo(5);
    assertThat(route(mesh, "shop").retries().conditions()).containsExactly("5xx");
    assertThat(route(mesh, "shop").retries().perTryTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy(mesh).connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(mesh.findings(FindingCode.FIELD_NOT_ENFORCED)).isEmpty();
    assertThat(route(mesh("defaultHttpRetryPolicy: {attempts: 0}\n"), "shop").retries().attempts())
        .isZero();
    assertThat(route(mesh("enablePrometheusMerge: true\n"), "shop").retries().attempts())
        .isEqualTo(2);
  }

  @Test
  void aDestinationRuleKeepsConnectionsAliveBeforeTheMesh() {
    String config = "tcpKeepalive: {probes: 3, time: 60s}\n";
    assertThat(policy(mesh(config)).limits().keepalive()).isEqualTo(new TcpKeepalive(3, 60, 0));
    String rule =
        RESOURCES.replace(
            "  subsets:",
            "  trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: {time: 5s, interval: 1.9s}}}}"
                + "\n  subsets:");
    Mesh both = new Mesh().file("a.yaml", rule).file("mesh.yaml", config);
    assertThat(policy(both).limits().keepalive()).isEqualTo(new TcpKeepalive(3, 5, 1));
    assertThat(policy(mesh("connectTimeout: 1s\n")).limits().keepalive()).isNull();
  }

  @Test
  void whatDoesNotSayToWhomItIsExportedIsExportedSo() {
    Mesh local =
        mesh(
            """
            defaultVirtualServiceExportTo: ['.']
            defaultDestinationRuleExportTo: ['.', third]
            """);
    assertThat(route(local, "shop").name()).isEqualTo("ruled");
    assertThat(route(local, "other").name()).isEqualTo("default");
    assertThat(subsets(local, "third")).isEqualTo(1);
    assertThat(subsets(local, "other")).isZero();
    Mesh hidden = mesh("defaultServiceExportTo: ['~']\n");
    assertThat(hidden.model().services().get(0).exportTo().includes(new Namespace("shop")))
        .isFalse();
    assertThat(view(mesh("defaultServiceExportTo: ['*']\n"), "other").resolve("api.example.com"))
        .isPresent();
  }

  private static long subsets(Mesh mesh, String namespace) {
    CallerView view = view(mesh, namespace);
    return view.policy(view.service(new Fqdn("api.example.com")).orElseThrow()).stream()
        .mapToLong(policy -> policy.subsets().size())
        .sum();
  }

  @Test
  void localitiesAreDistributedMeshWide() {
    String config =
        "localityLbSetting: {distribute: [{from: eu/*, to: {us: 100}}], enabled: true}\n";
    assertThat(policy(mesh(config)).loadBalancer().locality().distribute()).hasSize(1);
    assertThat(policy(mesh("localityLbSetting: {enabled: false}\n")).loadBalancer().locality())
        .satisfies(it -> assertThat(it.enabled()).isFalse());
    assertThat(policy(mesh("localityLbSetting: {failoverPriority: [zone]}\n")))
        .satisfies(
            it ->
                assertThat(it.loadBalancer().locality().failoverPriority())
                    .containsExactly("zone"));
    assertThat(policy(mesh("localityLbSetting: {failover: [{from: eu, to: us}]}\n")))
        .satisfies(it -> assertThat(it.loadBalancer().locality().failover()).hasSize(1));
  }

  @Test
  void theRootNamespaceIsTheOneThatItNames() {
    String sidecar =
        """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: s, namespace: mesh-root}
        spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
        """;
    assertThat(outbound(mesh("rootNamespace: mesh-root\n").file("s.yaml", sidecar)))
        .isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(outbound(mesh("connectTimeout: 1s\n").file("s.yaml", sidecar)))
        .isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
  }

  @Test
  void theMeshIsKnownByItsTrustDomainAndItsAliases() {
    assertThat(mesh("connectTimeout: 1s\n").model().settings().trustDomains())
        .containsExactly("cluster.local");
    assertThat(
            mesh("trustDomainAliases: [old.example, cluster.local]\n")
                .model()
                .settings()
                .trustDomains())
        .containsExactly("cluster.local", "old.example");
  }

  @Test
  void anotherTrustDomainIsReported() {
    assertThat(mesh("trustDomain: cluster.local\n").findings(FindingCode.FIELD_NOT_ENFORCED))
        .isEmpty();
    assertThat(mesh("trustDomain: other.example\n").findings(FindingCode.FIELD_NOT_ENFORCED))
        .singleElement()
        .satisfies(it -> assertThat(it).contains("trustDomain: other.example", "cluster.local"));
  }

  @Test
  void whatIsFixedIsReportedWhereItIsWrittenOtherwise() {
    assertThat(
            mesh("enableAutoMtls: true\npathNormalization: {normalization: BASE}\n")
                .findings(FindingCode.FIELD_NOT_ENFORCED))
        .isEmpty();
    assertThat(
            mesh("enableAutoMtls: false\npathNormalization: {normalization: MERGE_SLASHES}\n")
                .findings(FindingCode.FIELD_NOT_ENFORCED))
        .satisfiesExactly(
            it -> assertThat(it).contains("mesh.yaml:1", "enableAutoMtls: false"),
            it ->
                assertThat(it).contains("mesh.yaml:2", "at mesh.pathNormalization.normalization"));
  }

  @Test
  void ofTwoTheFirstFileCounts() {
    Mesh mesh = mesh("connectTimeout: 1s\n").file("more/mesh.yaml", "connectTimeout: 2s\n");
    assertThat(policy(mesh).connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(mesh.findings(FindingCode.DUPLICATE_RESOURCE)).hasSize(1);
  }
}
