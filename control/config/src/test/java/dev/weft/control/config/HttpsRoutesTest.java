package dev.weft.control.config;

import static dev.weft.control.config.Mesh.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.CallerView;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.Scheme;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rules count for requests that the application encrypts itself. */
class HttpsRoutesTest {

  private static final String HOSTS =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api}
      spec:
        hosts: [api.example.com]
        resolution: DNS
        ports:
        - {number: 80, name: http, protocol: HTTP}
        - {number: 443, name: https, protocol: HTTPS}
        - {number: 8443, name: tls, protocol: TLS}
        - {number: 9000, name: tcp, protocol: TCP}
        - {number: 9001, name: any}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: other}
      spec:
        hosts: [other.example.com]
        resolution: DNS
        ports:
        - {number: 80, name: http, protocol: HTTP}
        - {number: 443, name: https, protocol: HTTPS}
      """;

  private static Mesh mesh(String http) {
    return new Mesh()
        .file("hosts.yaml", HOSTS)
        .file(
            "rules.yaml",
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: api}
            spec:
              hosts: [api.example.com]
              http:
            """
                + http.indent(2));
  }

  private static List<String> routes(Mesh mesh, String authority) {
    CallerView view = mesh.view();
    return view.routes(view.resolve(authority).orElseThrow()).stream()
        .map(HttpRoute::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "api.example.com,             true",
    "api.example.com:443,         false",
    "api.example.com:9000,        false",
    "api.example.com:9001,        true",
    "https://api.example.com,     true",
    "https://API.example.com.,    true",
    "https://api.example.com:443, true",
    "https://api.example.com:8443,true",
    "https://api.example.com:80,  false",
    "https://api.example.com:9000,false",
    "https://api.example.com:9001,true",
    "https://api.example.com:1,   false",
    "https://elsewhere.example,   false",
    "https://,                    false",
  })
  void eachSchemeHasThePortsThatSpeakIt(String authority, boolean routed) {
    assertThat(new Mesh().file("hosts.yaml", HOSTS).view().resolve(authority).isPresent())
        .isEqualTo(routed);
  }

  @Test
  void theDefaultRouteLeadsToThePortThatWasCalled() {
    CallerView view = new Mesh().file("hosts.yaml", HOSTS).view();
    RoutedHost host = view.resolve("https://api.example.com").orElseThrow();
    assertThat(host.scheme()).isEqualTo(Scheme.HTTPS);
    assertThat(view.routes(host).get(0).destinations().get(0).destination())
        .hasToString("Destination[host=api.example.com, port=443, subset=]");
  }

  @Test
  void aHostThatOnlyARuleNamesExpectsNoTls() {
    Mesh mesh =
        mesh(
            """
            - name: any
              route: [{destination: {host: other.example.com}}]
            """);
    mesh.file(
        "alone.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: alone}
        spec:
          hosts: [alone.example.org]
          http: [{name: alone, route: [{destination: {host: api.example.com}}]}]
        """);
    assertThat(mesh.view().resolve("alone.example.org")).isPresent();
    assertThat(mesh.view().resolve("https://alone.example.org")).isEmpty();
    assertThat(mesh.view().resolve("https://alone.example.org:80")).isEmpty();
  }

  @Test
  void routesThatCannotHoldForTlsArePassedOver() {
    Mesh mesh =
        mesh(
            """
            - name: upgrade
              match: [{uri: {prefix: /upgrade}}]
              redirect: {scheme: https}
            - name: own-name
              match: [{uri: {prefix: /own}}]
              redirect: {scheme: https, authority: api.example.com}
            - name: moved
              match: [{uri: {prefix: /moved}}]
              redirect: {scheme: https, uri: /new}
            - name: elsewhere
              match: [{uri: {prefix: /elsewhere}}]
              redirect: {scheme: https, authority: new.example.com}
            - name: plain
              match: [{uri: {prefix: /plain}}]
              route: [{destination: {host: api.example.com, port: {number: 80}}}]
            - name: half
              match: [{uri: {prefix: /half}}]
              route:
              - {destination: {host: api.example.com, port: {number: 443}}, weight: 1}
              - {destination: {host: api.example.com, port: {number: 80}}, weight: 1}
            - name: by-scheme
              match: [{uri: {prefix: /s}, scheme: {exact: http}}]
              directResponse: {status: 200}
            - name: by-port
              match: [{port: 80}]
              directResponse: {status: 200}
            - name: answer
              match: [{uri: {prefix: /answer}}]
              directResponse: {status: 200}
            - name: copied
              match: [{uri: {prefix: /copied}}]
              mirrors: [{destination: {host: other.example.com}}]
              route: [{destination: {host: api.example.com}}]
            - name: rest
              route: [{destination: {host: other.example.com}}]
            """);
    assertThat(routes(mesh, "https://api.example.com"))
        .containsExactly("moved", "elsewhere", "answer", "copied", "rest");
    assertThat(routes(mesh, "api.example.com"))
        .containsExactly(
            "upgrade", "own-name", "moved", "elsewhere", "plain", "half", "by-scheme", "by-port");
    assertThat(mesh.findings(FindingCode.NOT_FOR_HTTPS))
        .hasSize(5)
        .anyMatch(it -> it.toString().contains("redirects to where they come from"))
        .anyMatch(it -> it.toString().contains("a port that does not speak TLS"))
        .anyMatch(it -> it.toString().contains("are not mirrored"));
  }

  @Test
  void aRuleForPlaintextAloneLeavesTheDefault() {
    Mesh mesh =
        mesh(
            """
            - name: plain
              route: [{destination: {host: api.example.com, port: {number: 80}}}]
            """);
    assertThat(routes(mesh, "https://api.example.com")).containsExactly("default");
    assertThat(routes(mesh, "api.example.com")).containsExactly("plain");
  }

  @Test
  void aRulesRoutesOfTlsGoBefore() {
    Mesh mesh =
        new Mesh()
            .file("hosts.yaml", HOSTS)
            .file(
                "rules.yaml",
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: api}
                spec:
                  hosts: [api.example.com]
                  http: [{name: any, route: [{destination: {host: api.example.com}}]}]
                  tls:
                  - match: [{port: 443, sniHosts: [api.example.com]}]
                    route: [{destination: {host: other.example.com}}]
                """);
    assertThat(mesh.view().resolve("https://api.example.com")).isEmpty();
    assertThat(routes(mesh, "https://api.example.com:8443")).containsExactly("any");
    assertThat(routes(mesh, "api.example.com")).containsExactly("any");
  }

  @Test
  void whatSaysNothingOfItsPortsIsNotReported() {
    Mesh mesh =
        new Mesh()
            .workload("reviews", Map.of(), http(9080))
            .file(
                "rules.yaml",
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: reviews}
                spec:
                  hosts: [reviews]
                  http: [{redirect: {scheme: https}}]
                """);
    assertThat(mesh.findings(FindingCode.NOT_FOR_HTTPS)).isEmpty();
    assertThat(mesh.view().resolve("https://reviews:9080")).isEmpty();
  }
}
