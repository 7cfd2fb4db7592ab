package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Action;
import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.ExtensionProvider;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** AuthorizationPolicies as they are read, and for whom they are. */
class AuthorizationConfigTest {

  private static MeshModel read(String spec) {
    return new Mesh()
        .file(
            "policy.yaml",
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop, annotations: {istio.io/dry-run: "true"}}
            spec:
            """
                + spec.indent(2))
        .model();
  }

  private static Check check(Attribute attribute, String... values) {
    return new Check(attribute, List.of(), List.of(values), List.of());
  }

  @Test
  void rules() {
    AuthorizationPolicy policy =
        read("""
        action: DENY
        rules:
        - from:
          - source:
              principals: ["*/sa/batch"]
              notNamespaces: [ops]
          - source: {serviceAccounts: [client, ops/batch], notIpBlocks: [10.0.0.0/8]}
          to:
          - operation: {hosts: ["*.x"], notPaths: ["/u/{*}/y/{**}"], ports: ["80"]}
          when:
          - {key: "request.headers[X-Env]", values: [prod], notValues: ["p*"]}
          - {key: "request.auth.claims[a][b]", values: [c]}
        """)
            .authorization()
            .get(0);
    assertThat(policy.action()).isEqualTo(Action.DENY);
    assertThat(policy.dryRun()).isTrue();
    Rule rule = policy.rules().get(0);
    assertThat(rule.from())
        .containsExactly(
            List.of(
                new Check(Attribute.NAMESPACE, List.of(), List.of(), List.of("ops")),
                check(Attribute.PRINCIPAL, "*/sa/batch")),
            List.of(
                new Check(Attribute.SOURCE_IP, List.of(), List.of(), List.of("10.0.0.0/8")),
                check(Attribute.SERVICE_ACCOUNT, "shop/client", "ops/batch")));
    assertThat(rule.to())
        .containsExactly(
            List.of(
                check(Attribute.HOST, "*.x"),
                new Check(Attribute.PATH, List.of(), List.of(), List.of("/u/{*}/y/{**}")),
                check(Attribute.PORT, "80")));
    assertThat(rule.when())
        .containsExactly(
            new Check(Attribute.HEADER, List.of("x-env"), List.of("prod"), List.of("p*")),
            new Check(Attribute.CLAIM, List.of("a", "b"), List.of("c"), List.of()));
  }

  @Test
  void noRulesAreNotAllRules() {
    assertThat(read("action: ALLOW").authorization().get(0).rules()).isEmpty();
    assertThat(read("rules: [{}]").authorization().get(0).rules())
        .containsExactly(new Rule(List.of(), List.of(), List.of()));
  }

  @Test
  void areForTheirNamespaceAndTheRootsForAll() {
    MeshModel model = read("selector: {matchLabels: {app: a}}");
    assertThat(model.authorization(new Namespace("shop"), Map.of("app", "a"))).hasSize(1);
    assertThat(model.authorization(new Namespace("shop"), Map.of("app", "b"))).isEmpty();
    assertThat(model.authorization(new Namespace("other"), Map.of("app", "a"))).isEmpty();
    assertThat(model.findings())
        .anySatisfy(finding -> assertThat(finding.code()).isEqualTo(FindingCode.NOTHING_SELECTED));
    MeshModel root =
        new Mesh()
            .file(
                "policy.yaml",
                """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: istio-system}
                spec: {}
                """)
            .model();
    assertThat(root.authorization(new Namespace("other"), Map.of())).hasSize(1);
  }

  @Test
  void targetsOfGatewaysHaveNoEffectAndAreTold() {
    MeshModel model =
        read(
            """
            targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: g}]
            action: DENY
            rules: [{}]
            """);
    assertThat(model.authorization()).isEmpty();
    assertThat(model.findings())
        .anySatisfy(finding -> assertThat(finding.code()).isEqualTo(FindingCode.FIELD_NEVER));
  }

  /** Istio's MeshConfig. */
  private static final String MESH =
      """
      extensionProviders:
      - name: opa
        envoyExtAuthzGrpc: {service: opa, port: 9191, failOpen: true, timeout: 1s}
      - name: proxy
        envoyExtAuthzHttp:
          service: shop/opa.shop.svc.cluster.local
          port: "4180"
          statusOnError: "503"
          pathPrefix: /oauth2
          includeHeadersInCheck: [x-old]
          includeRequestHeadersInCheck: [Cookie, x-ext-*]
          includeAdditionalHeadersInCheck: {X-Ext: weft}
          headersToUpstreamOnAllow: ["*-user"]
          headersToDownstreamOnDeny: [set-cookie]
          headersToDownstreamOnAllow: [set-cookie]
          includeRequestBodyInCheck: {maxRequestBytes: 8192}
      - name: traces
        zipkin: {service: zipkin, port: 9411}
      """;

  private static MeshModel custom(String provider, String services) {
    return new Mesh()
        .file("mesh.yaml", MESH)
        .file(
            "policy.yaml",
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop}
            spec: {action: CUSTOM, provider: {name: %s}, rules: [{}]}
            """
                    .formatted(provider)
                + services)
        .model();
  }

  private static final String OPA =
      """
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: opa, namespace: shop}
      spec:
        hosts: [opa.shop.svc.cluster.local]
        resolution: STATIC
        ports: [{number: 4180, name: http, protocol: HTTP}]
        endpoints: [{address: 10.0.0.1}]
      """;

  @Test
  void providers() {
    MeshModel model = custom("proxy", OPA);
    assertThat(model.settings().defaults().providers())
        .containsExactly(
            new ExtensionProvider(
                "opa",
                null,
                new Fqdn("opa"),
                9191,
                Duration.ofSeconds(1),
                true,
                403,
                false,
                new ExtensionProvider.Protocol.Grpc()),
            new ExtensionProvider(
                "proxy",
                new Namespace("shop"),
                new Fqdn("opa.shop.svc.cluster.local"),
                4180,
                Duration.ofMinutes(10),
                false,
                503,
                true,
                new ExtensionProvider.Protocol.Http(
                    "/oauth2",
                    List.of("x-old", "cookie", "x-ext-*"),
                    Map.of("x-ext", "weft"),
                    List.of("*-user"),
                    List.of("set-cookie"),
                    List.of("set-cookie"))));
    assertThat(model.provider("proxy")).isPresent();
    assertThat(model.provider("opa")).as("no such service").isEmpty();
    assertThat(model.findings())
        .filteredOn(finding -> finding.code() == FindingCode.FIELD_NOT_ENFORCED)
        .extracting(finding -> finding.field())
        .anyMatch(field -> field.contains("includeRequestBodyInCheck"))
        .anyMatch(field -> field.contains("zipkin"));
  }

  @Test
  void providersThatCannotBeAskedAreTold() {
    assertThat(custom("proxy", OPA).findings())
        .noneMatch(finding -> finding.field().equals("spec.provider"));
    assertThat(custom("proxy", "").findings())
        .filteredOn(finding -> finding.field().equals("spec.provider"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(FindingCode.UNKNOWN_HOST);
              assertThat(finding.message())
                  .contains("opa.shop.svc.cluster.local:4180", "what matches is refused");
            });
    assertThat(custom("traces", OPA).findings())
        .filteredOn(finding -> finding.code() == FindingCode.UNKNOWN_PROVIDER)
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("[opa, proxy]"));
  }
}
