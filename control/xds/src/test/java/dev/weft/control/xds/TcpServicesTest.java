package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.KnownService;
import dev.weft.control.api.v1.TcpRoute;
import dev.weft.control.api.v1.TcpService;
import dev.weft.control.api.v1.TcpShare;
import dev.weft.control.model.Caller;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.HostTableResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where agents are told that connections go, as istiod's listeners of a sidecar have it. */
class TcpServicesTest {

  private static final String SERVICES =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: default}
      spec:
        clusterIP: 10.96.0.7
        selector: {app: db}
        ports:
        - {name: tcp, port: 5432}
        - {name: tls, port: 5433}
        - {name: http, port: 80}
        - {name: undeclared, port: 7000}
        - {name: udp, port: 53, protocol: UDP}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: default}
      spec:
        hosts: ['*.example.com']
        addresses: [192.0.2.0/24, 198.51.100.7]
        location: MESH_EXTERNAL
        resolution: NONE
        ports: [{number: 443, name: tls, protocol: TLS}]
      ---
      """;

  private static final String DB = "outbound|5432||db.default.svc.cluster.local=1";

  private static String rule(String name, String hosts, String routes) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: %s, namespace: default}
    spec:
      hosts: [%s]
    %s---
    """
        .formatted(name, hosts, routes.indent(2));
  }

  private static List<TcpService> services(String yaml) {
    MeshModel model = Models.read(SERVICES + yaml, List.of());
    Caller caller = new Caller(new Namespace("default"), Map.of("app", "shop"));
    return HostTableResource.of(model, model.view(caller)).getTcpList();
  }

  /** The routes of a port, a line each. */
  private static List<String> routes(int port, String yaml) {
    List<String> lines = new ArrayList<>();
    for (TcpService service : services(yaml)) {
      for (TcpRoute route :
          service.getPort() == port ? service.getRoutesList() : List.<TcpRoute>of()) {
        List<String> words = new ArrayList<>(route.getSubnetsList());
        words.addAll(route.getServerNamesList());
        words.add("->");
        for (TcpShare share : route.getSharesList()) {
          words.add(share.getCluster() + "=" + share.getWeight());
        }
        if (route.getBySource()) {
          words.add("by source");
        }
        lines.add(String.join(" ", words));
      }
    }
    return lines;
  }

  private static String to(String subset) {
    return "outbound|5432|" + subset + "|db.default.svc.cluster.local=1";
  }

  @Test
  void withoutRulesWhatIsDeclaredOpaqueGoesToTheServicesOwnEndpoints() {
    List<TcpService> services = services("");
    assertThat(services).extracting(TcpService::getPort).containsExactly(5432, 5433);
    assertThat(services.get(0).getNamesList())
        .containsExactly("db", "db.default", "db.default.svc", "db.default.svc.cluster.local");
    assertThat(services.get(0).getAddressesList()).containsExactly("10.96.0.7");
    assertThat(routes(5432, "")).containsExactly("-> " + DB);
  }

  @Test
  void theFirstRouteThatIsForThisCallerAndAnyAddressEndsTheList() {
    String routes =
        """
        tcp:
        - match: [{port: 1234}, {sourceLabels: {app: other}}, {sourceNamespace: other}]
          route: [{destination: {host: db, subset: a}}]
        - match: [{gateways: [ingress]}]
          route: [{destination: {host: db, subset: b}}]
        - match: [{destinationSubnets: [10.0.0.0/8, 11.0.0.1]}, {port: 1, destinationSubnets: [1.1.1.1]}]
          route: [{destination: {host: db, subset: c}}]
        - match: [{destinationSubnets: [12.0.0.0/8]}, {sourceLabels: {app: shop}, port: 5432}]
          route:
          - {destination: {host: db, subset: d}, weight: 30}
          - {destination: {host: db, subset: e}, weight: 70}
          - {destination: {host: db, subset: f}}
        - route: [{destination: {host: db, subset: g}}]
        """;
    assertThat(routes(5432, rule("db", "db", routes)))
        .containsExactly(
            "10.0.0.0/8 11.0.0.1 -> " + to("c"),
            "-> outbound|5432|d|db.default.svc.cluster.local=30"
                + " outbound|5432|e|db.default.svc.cluster.local=70");
    // What asks for an address alone leaves room for the service itself.
    String subnets =
        """
        tcp:
        - match: [{destinationSubnets: [10.0.0.0/8]}]
          route: [{destination: {host: db, subset: a}}]
        """;
    assertThat(routes(5432, rule("db", "db", subnets)))
        .containsExactly("10.0.0.0/8 -> " + to("a"), "-> " + DB);
  }

  @Test
  void allRulesOfAHostCountTheMoreExactOnesFirst() {
    String first =
        """
        tcp:
        - match: [{sourceLabels: {app: other}}]
          route: [{destination: {host: db, subset: a}}]
        """;
    String wild = "tcp:\n- route: [{destination: {host: db, subset: b}}]\n";
    String own = "tcp:\n- match: [{port: 5432}]\n  route: [{destination: {host: db, subset: c}}]\n";
    String star = "'*.svc.cluster.local'";
    assertThat(routes(5432, rule("a", "db", first) + rule("b", star, wild)))
        .containsExactly("-> " + to("b"));
    assertThat(routes(5432, rule("a", "db", first) + rule("b", star, wild) + rule("c", "db", own)))
        .containsExactly("-> " + to("c"));
  }

  @Test
  void undeclaredPortsAreRoutedWhereARuleSaysSo() {
    assertThat(routes(7000, "")).isEmpty();
    String routes = "tcp:\n- route: [{destination: {host: db, port: {number: 5432}}}]\n";
    assertThat(routes(7000, rule("db", "db", routes))).containsExactly("-> " + DB);
    assertThat(routes(80, rule("db", "db", routes))).isEmpty();
    assertThat(routes(5433, rule("db", "db", routes)))
        .containsExactly("-> outbound|5433||db.default.svc.cluster.local=1"); // not for TLS
  }

  @Test
  void rulesOfTlsTakeThePlaceOfTheService() {
    String routes =
        """
        tls:
        - match: [{sniHosts: [A.example.com, '*.b.example.com'], port: 443}]
          route: [{destination: {host: db, port: {number: 5433}}}]
        - match: [{sniHosts: ['*.example.com'], sourceLabels: {app: other}}]
          route: [{destination: {host: db, port: {number: 5432}}}]
        - match: [{sniHosts: ['*.example.com'], destinationSubnets: [192.0.2.128/25]}]
          route: [{destination: {host: '*.example.com'}}]
        """;
    String yaml = rule("outside", "'*.example.com'", routes.replace("host: '*.", "host: 'x."));
    List<TcpService> services = services(yaml);
    TcpService outside = services.get(services.size() - 1);
    assertThat(outside.getPort()).isEqualTo(443);
    assertThat(outside.getNamesList()).containsExactly(".example.com");
    assertThat(outside.getAddressesList()).containsExactly("192.0.2.0/24", "198.51.100.7");
    assertThat(routes(443, yaml))
        .containsExactly(
            "a.example.com *.b.example.com -> outbound|5433||db.default.svc.cluster.local=1",
            "192.0.2.128/25 *.example.com -> outbound|443||x.example.com=1");
    assertThat(routes(443, "")).isEmpty(); // the caller has looked the address up itself
  }

  @Test
  void theCallersAddressIsHashedWhereARuleSaysSo() {
    String policy =
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: db, namespace: default}
        spec:
          host: db
          trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}}}
          subsets:
          - {name: same, labels: {version: v1}}
          - name: other
            labels: {version: v2}
            trafficPolicy: {loadBalancer: {simple: RANDOM}}
        ---
        """;
    assertThat(routes(5432, policy)).containsExactly("-> " + DB + " by source");
    String same = "tcp:\n- route: [{destination: {host: db, subset: same}}]\n";
    assertThat(routes(5432, policy + rule("db", "db", same)))
        .containsExactly("-> " + to("same") + " by source");
    assertThat(routes(5432, policy + rule("db", "db", same.replace("same", "other"))))
        .containsExactly("-> " + to("other"));
  }

  @Test
  void whatACallerDoesNotSeeIsNotRouted() {
    String sidecar =
        """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: default, namespace: default}
        spec: {egress: [{port: {number: 5432, protocol: TCP, name: tcp}, hosts: ['./db.default.svc.cluster.local']}]}
        ---
        """;
    assertThat(services(sidecar)).extracting(TcpService::getPort).containsExactly(5432);
  }

  @Test
  void underRegistryOnlyAgentsAreToldWhereConnectionsMayGo() {
    String more =
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: fixed, namespace: default}
        spec:
          hosts: [fixed.example.org]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
          endpoints: [{address: 192.0.2.9}, {address: 'fd00::9', ports: {http: 81}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: default, namespace: default}
        spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
        """;
    MeshModel model = Models.read(SERVICES + more, List.of());
    Caller caller = new Caller(new Namespace("default"), Map.of("app", "shop"));
    assertThat(HostTableResource.of(model, model.view(caller)).getKnownList())
        .containsExactlyInAnyOrder(
            KnownService.newBuilder()
                .addAllNames(List.of("db", "db.default", "db.default.svc"))
                .addNames("db.default.svc.cluster.local")
                .addAddresses("10.96.0.7")
                .addAllPorts(List.of(80, 5432, 5433, 7000))
                .build(),
            KnownService.newBuilder()
                .addNames(".example.com")
                .addAllAddresses(List.of("192.0.2.0/24", "198.51.100.7"))
                .addPorts(443)
                .build(),
            KnownService.newBuilder()
                .addNames("fixed.example.org")
                .addPorts(80)
                .addAllEndpoints(List.of("192.0.2.9:8080", "[fd00::9]:81"))
                .build());
  }
}
