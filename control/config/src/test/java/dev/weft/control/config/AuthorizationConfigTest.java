package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Action;
import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
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
  void whatIsNotEnforcedIsTold() {
    MeshModel model =
        read(
            """
            action: CUSTOM
            provider: {name: opa}
            rules: [{when: [{key: connection.sni, values: [a]}]}]
            """);
    assertThat(model.findings())
        .filteredOn(finding -> finding.code() == FindingCode.FIELD_NOT_ENFORCED)
        .extracting(finding -> finding.field())
        .contains("spec.provider", "spec.rules[0]");
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
}
