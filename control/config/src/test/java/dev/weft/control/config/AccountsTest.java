package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.FindingCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Service accounts that AuthorizationPolicies name. */
class AccountsTest {

  private static final String MESH =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data: {mesh: "trustDomainAliases: [old.example.com]"}
      """;

  private static Mesh naming(String rule) {
    return new Mesh()
        .file("mesh.yaml", MESH)
        .file(
            "policy.yaml",
            String.format(
                Locale.ROOT,
                """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: shop}
                spec: {rules: [{to: [{operation: {methods: [GET]}}]}, %s]}
                """,
                rule));
  }

  private static List<String> told(Mesh mesh) {
    return mesh.findings(FindingCode.UNKNOWN_ACCOUNT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}]}",
        "{from: [{source: {principals: [old.example.com/ns/shop/sa/cart]}}]}",
        "{from: [{source: {notPrincipals: [cluster.local/ns/shop/sa/cart]}}]}",
        "{from: [{source: {serviceAccounts: [cart]}}]}",
        "{from: [{source: {serviceAccounts: [shop/cart]}}]}",
        "{from: [{source: {notServiceAccounts: [shop/cart]}}]}",
        "{when: [{key: source.principal, values: [cluster.local/ns/shop/sa/cart]}]}",
        "{when: [{key: source.serviceAccount, notValues: [cart]}]}",
      })
  void oneThatIsNotThereIsTold(String rule) {
    assertThat(told(naming(rule).accounts("shop/default", "ops/batch")))
        .singleElement()
        .asString()
        .startsWith("policy.yaml:2: warning WEFT0319 [AuthorizationPolicy shop/p] ")
        .contains("shop/cart is no service account (expected: a ServiceAccount, or a workload that")
        .containsPattern("\\(at spec\\.rules\\[1]\\.(from\\[0]\\.source|when\\[0])\\)$");
    assertThat(told(naming(rule).accounts("shop/default", "shop/cart"))).isEmpty();
    // Where nobody knows all, as in a directory, nobody is missed.
    assertThat(told(naming(rule))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{from: [{source: {principals: ['*/ns/shop/sa/cart']}}]}",
        "{from: [{source: {principals: ['cluster.local/ns/shop/sa/*']}}]}",
        "{from: [{source: {principals: [other.example.com/ns/shop/sa/cart]}}]}",
        "{from: [{source: {principals: [cluster.local/ns/shop]}}]}",
        "{from: [{source: {requestPrincipals: [cluster.local/ns/shop/sa/cart]}}]}",
        "{from: [{source: {namespaces: [cart]}}]}",
      })
  void whatNamesSeveralOrAnotherMeshsIsNot(String rule) {
    assertThat(told(naming(rule).accounts("shop/default"))).isEmpty();
  }

  @Test
  void theNearestIsNamedAndEachIsToldOnce() {
    String rule =
        "{from: [{source: {serviceAccounts: [crat]}}, {source: {principals:"
            + " [cluster.local/ns/shop/sa/crat, cluster.local/ns/opps/sa/batch]}}]}";
    assertThat(told(naming(rule).accounts("shop/cart", "ops/batch", "ops/crab")))
        .satisfiesExactlyInAnyOrder(
            it -> assertThat(it).contains("one that is there; shop/cart?", "from[0].source"),
            it -> assertThat(it).contains("one that is there; ops/batch?", "from[1].source"));
  }

  @Test
  void whoHasJoinedFromOutsideIsThere() {
    Mesh mesh =
        naming("{from: [{source: {serviceAccounts: [default/vm, default/entry, default/no]}}]}")
            .accounts("shop/default")
            .proven("vm", Set.of(), Map.of(), 80)
            .file(
                "entry.yaml",
                """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: e, namespace: default}
                spec: {address: 10.1.1.1, serviceAccount: entry}
                """);
    assertThat(told(mesh)).singleElement().asString().contains("default/no is no service account");
  }

  @Test
  void anAccountOfAFileIsThereAndNoNews() {
    Mesh mesh =
        naming("{from: [{source: {serviceAccounts: [cart]}}]}")
            .accounts("shop/default")
            .file(
                "account.yaml",
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop}}");
    assertThat(mesh.model().findings()).isEmpty();
  }
}
