package dev.weft.control.config;

import static dev.weft.control.config.Mesh.grpc;
import static dev.weft.control.config.Mesh.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Destination;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Listener;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServicePort;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What services there are, and which port of which workload serves which of theirs. */
class ServicesTest {

  @Test
  void aWorkloadIsAServiceByItself() {
    Mesh mesh =
        new Mesh()
            .workload("reviews", Map.of("version", "v1"), http(9080))
            .workload("reviews", Map.of("version", "v2"), http(9080), grpc(9090));
    Service service = mesh.model().services().get(0);
    assertThat(service.origin()).isEqualTo(Service.Origin.IMPLICIT);
    assertThat(service.host()).hasToString("reviews.default.svc.cluster.local");
    assertThat(service.ports())
        .extracting(ServicePort::protocol)
        .containsExactly(Protocol.HTTP, Protocol.GRPC);
    assertThat(mesh.endpoints("reviews:9080")).containsExactly("10.0.0.0:9080", "10.0.0.1:9080");
    assertThat(mesh.endpoints("reviews.default:9090")).containsExactly("10.0.0.1:9090");
    assertThat(mesh.model().findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the service's port                          | the workload listens on | where it leads
          {name: http, port: 80, targetPort: 8080}       | http 8080               | 8080
          {name: http, port: 80, targetPort: 8080}       | http 80                 |
          {name: http, port: 80}                         | http 80, http 8080      | 80
          {name: http, port: 80}                         | http 8080               | 8080
          {name: http, port: 80}                         | http 8080, http 8081    |
          {name: http, port: 80, targetPort: web}        | http 8080               | 8080
          {name: http, port: 80}                         | http 8080, grpc 9090    | 8080
          {name: grpc, port: 81}                         | http 8080, grpc 9090    | 9090
          {name: grpc-api, port: 81}                     | http 8080               |
          {name: http2, port: 81}                        | grpc 9090               | 9090
          {name: x, port: 81, appProtocol: grpc}         | http 8080, grpc 9090    | 9090
          {name: x, port: 81}                            | grpc 9090               | 9090
          {name: x, port: 81}                            | http 8080, grpc 9090    |
          {port: 9090}                                   | http 8080, grpc 9090    | 9090
          """)
  void aServicePortLeadsToTheFittingListener(String port, String listens, String leads) {
    Mesh mesh = new Mesh().file("a.yaml", service("reviews", "", port));
    mesh.workload(
        "reviews",
        Map.of(),
        Arrays.stream(listens.split(", ", -1))
            .map(
                one -> {
                  int number = Integer.parseInt(one.substring(5));
                  return one.startsWith("http") ? http(number) : grpc(number);
                })
            .toArray(Listener[]::new));
    int called = mesh.model().services().get(0).ports().get(0).number();
    if (leads == null) {
      assertThat(mesh.endpoints("reviews:" + called)).isEmpty();
      assertThat(mesh.findings(FindingCode.NO_ENDPOINT))
          .singleElement()
          .asString()
          .contains(
              "a.yaml:2",
              "port " + called + ": the workload reviews-0 listens on [",
              "(expected: ");
    } else {
      assertThat(mesh.endpoints("reviews:" + called)).containsExactly("10.0.0.0:" + leads);
      assertThat(mesh.model().findings()).isEmpty();
    }
  }

  @Test
  void aSelectorLooksAtLabelsAndAtTheNameAsApp() {
    Mesh mesh =
        new Mesh()
            .file("a.yaml", service("all", "app: reviews", "{name: http, port: 80}"))
            .file("b.yaml", service("new", "app: reviews, version: v2", "{name: http, port: 80}"))
            .file("c.yaml", service("nobody", "app: other", "{name: http, port: 80}"))
            .workload("reviews", Map.of("version", "v1"), http(9080))
            .workload("reviews", Map.of("version", "v2"), http(9081));
    assertThat(mesh.endpoints("all")).containsExactly("10.0.0.0:9080", "10.0.0.1:9081");
    assertThat(mesh.endpoints("new")).containsExactly("10.0.0.1:9081");
    assertThat(mesh.endpoints("nobody")).isEmpty();
    assertThat(mesh.findings(FindingCode.EMPTY_SERVICE))
        .singleElement()
        .asString()
        .contains("c.yaml:2", "nobody.default.svc.cluster.local:80 is served by nobody");
    assertThat(mesh.endpoints("reviews:9080")).as("its own name stays").hasSize(1);
  }

  @Test
  void aServiceTakesThePlaceOfTheWorkloadsOwn() {
    Mesh mesh =
        new Mesh()
            .file("a.yaml", service("reviews", "", "{name: http, port: 80}"))
            .workload("reviews", Map.of(), http(9080));
    assertThat(mesh.model().services()).hasSize(1);
    assertThat(mesh.view().resolve("reviews:9080")).isEmpty();
  }

  @Test
  void dynamicNamesAreThoseThatAreCalled() {
    Mesh mesh = new Mesh().file("a.yaml", entry("'*.example.org'", "DYNAMIC_DNS", ""));
    assertThat(mesh.findings(FindingCode.FIELD_NOT_ENFORCED)).isEmpty();
    RoutedHost host = mesh.view().resolve("a.example.org:80").orElseThrow();
    Destination destination = mesh.view().routes(host).get(0).destinations().get(0).destination();
    assertThat(mesh.view().cluster(destination).orElseThrow().service().resolution())
        .isEqualTo(Service.Resolution.NONE);
  }

  @Test
  void serviceEntriesFindTheirEndpoints() {
    Mesh mesh =
        new Mesh()
            .file(
                "a.yaml",
                entry(
                        "static.example",
                        "STATIC",
                        "endpoints: [{address: 10.1.1.1}, {address: 10.1.1.2, ports: {http: 81}}]")
                    + entry("dns.example", "DNS", "")
                    + entry("dns2.example", "DNS", "endpoints: [{address: db.internal}]")
                    + entry("none.example", "NONE", "")
                    + entry("own.example", "STATIC", "workloadSelector: {labels: {app: vm}}")
                    + """
                    ---
                    apiVersion: networking.istio.io/v1beta1
                    kind: WorkloadEntry
                    metadata: {name: vm-1}
                    spec: {address: 10.2.2.2, ports: {http: 7000}, labels: {app: vm}}
                    """)
            .workload("vm", Map.of(), http(8080));
    assertThat(mesh.endpoints("static.example")).containsExactly("10.1.1.1:8080", "10.1.1.2:81");
    assertThat(mesh.endpoints("dns.example")).containsExactly("dns.example:8080");
    assertThat(mesh.endpoints("dns2.example")).containsExactly("db.internal:8080");
    assertThat(mesh.endpoints("none.example")).isEmpty();
    assertThat(mesh.endpoints("own.example")).containsExactly("10.0.0.0:8080", "10.2.2.2:7000");
    assertThat(mesh.model().workloads()).hasSize(2);
    assertThat(mesh.model().findings()).isEmpty();
  }

  @Test
  void aServiceWinsOverAServiceEntryOfItsHost() {
    Mesh mesh =
        new Mesh()
            .file(
                "a.yaml",
                entry(
                    "reviews.default.svc.cluster.local",
                    "STATIC",
                    "endpoints: [{address: 10.1.1.1}]"))
            .file("b.yaml", service("reviews", "", "{name: http, port: 80}"));
    assertThat(mesh.endpoints("reviews")).isEmpty();
    assertThat(mesh.findings(FindingCode.HOST_CONFLICT))
        .singleElement()
        .asString()
        .contains("a.yaml:3", "already a service of its namespace (KUBERNETES)");
  }

  @Test
  void wildcardEntriesAndVirtualAddressesName() {
    Mesh mesh =
        new Mesh().file("a.yaml", entry("'*.wild.example'", "NONE", "addresses: [10.9.9.9]"));
    assertThat(mesh.view().resolve("x.wild.example")).isPresent();
    assertThat(mesh.view().resolve("x.y.wild.example")).isPresent();
    assertThat(mesh.view().resolve("wild.example")).isEmpty();
    assertThat(mesh.view().resolve("10.9.9.9:80")).isPresent();
    assertThat(mesh.view().resolve("10.9.9.9:81")).isEmpty();
  }

  private static String service(String name, String selector, String port) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: %s}
    spec:
      selector: {%s}
      ports: [%s]
    """
        .formatted(name, selector, port);
  }

  private static String entry(String host, String resolution, String more) {
    return """
    ---
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: e%x}
    spec:
      hosts: [%s]
      ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
      resolution: %s
      %s
    """
        .formatted(host.hashCode(), host, resolution, more);
  }
}
