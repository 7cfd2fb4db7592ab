package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.AUTHORIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.Authorization;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a workload is told about who may ask what. */
class AuthorizationTest {

  private static final String NAME = "default?app=reviews&version=v1";

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: %s, namespace: %s, annotations: {istio.io/dry-run: "%s"}}
      spec:
        action: %s
        %s
      ---
      """;

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    running = new Running(models);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  private static List<RBAC> filters(DeltaDiscoveryResponse response) throws Exception {
    assertThat(DeltaPeer.names(response)).containsExactly(NAME);
    Authorization told = response.getResources(0).getResource().unpack(Authorization.class);
    return told.getFiltersList().stream()
        .map(
            filter -> {
              try {
                return RBAC.parseFrom(filter.getValue());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  private List<RBAC> filters(String yaml) throws Exception {
    models.configure(yaml);
    running.settle(); // it is put in force on another thread
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(AUTHORIZATION, NAME);
      return firstFilters(peer);
    }
  }

  /** The first answer may be of a moment before the policies were read. */
  private static List<RBAC> firstFilters(DeltaPeer peer) throws Exception {
    List<RBAC> told = filters(peer.next(AUTHORIZATION));
    while (told.isEmpty()) {
      told = filters(peer.next(AUTHORIZATION));
    }
    return told;
  }

  @Test
  void isAlwaysAnsweredAndFollows() throws Exception {
    models.start("reviews", "v1", 9080);
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(AUTHORIZATION, NAME);
      assertThat(filters(peer.next(AUTHORIZATION))).isEmpty();
      models.configure(POLICY.formatted("p", "default", false, "DENY", "rules: [{}]"));
      assertThat(filters(peer.next(AUTHORIZATION))).hasSize(1);
      models.configure(POLICY.formatted("p", "other", false, "DENY", "rules: [{}]"));
      assertThat(filters(peer.next(AUTHORIZATION))).isEmpty();
    }
  }

  @Test
  void filtersAreInTheOrderInWhichTheyDecide() throws Exception {
    List<RBAC> filters =
        filters(
            POLICY.formatted("a", "default", false, "ALLOW", "rules: [{}]")
                + POLICY.formatted("b", "istio-system", false, "DENY", "rules: [{}]")
                + POLICY.formatted("c", "default", false, "AUDIT", "rules: [{}]")
                + POLICY.formatted(
                    "d", "default", false, "CUSTOM", "provider: {name: opa}\n  rules: [{}]"));
    assertThat(filters)
        .extracting(filter -> filter.getRules().getAction().name())
        .containsExactly("DENY", "LOG", "DENY", "ALLOW");
    assertThat(filters.get(0).getRules().getPoliciesMap())
        .containsOnlyKeys("ns[default]-policy[d]-rule[0]");
    assertThat(filters.get(2).getRules().getPoliciesMap())
        .containsOnlyKeys("ns[istio-system]-policy[b]-rule[0]");
  }

  @Test
  void dryRunsAreShadows() throws Exception {
    List<RBAC> filters =
        filters(
            POLICY.formatted("a", "default", true, "ALLOW", "rules: [{}]")
                + POLICY.formatted("b", "default", true, "DENY", "rules: [{}]")
                + POLICY.formatted("c", "default", false, "DENY", "rules: [{}]"));
    assertThat(filters.get(0).getRules().getPoliciesMap())
        .containsOnlyKeys("ns[default]-policy[c]-rule[0]");
    assertThat(filters.get(0).getShadowRules().getPoliciesMap())
        .containsOnlyKeys("ns[default]-policy[b]-rule[0]");
    assertThat(filters.get(1).hasRules()).isFalse();
    assertThat(filters.get(1).hasShadowRules()).isTrue();
  }

  @Test
  void anAllowWithoutRulesAllowsNothing() throws Exception {
    List<RBAC> filters = filters(POLICY.formatted("a", "default", false, "ALLOW", "rules: []"));
    Policy never = filters.get(0).getRules().getPoliciesMap().values().iterator().next();
    assertThat(never.getPermissions(0).getNotRule().getAny()).isTrue();
    assertThat(never.getPrincipals(0).getNotId().getAny()).isTrue();
  }

  private static final String PROVIDERS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          extensionProviders:
          - name: opa
            envoyExtAuthzGrpc: {service: opa.default.svc.cluster.local, port: 9191}
          - name: proxy
            envoyExtAuthzHttp:
              service: opa.default.svc.cluster.local
              port: 9191
              includeRequestHeadersInCheck: [cookie, x-*]
              headersToDownstreamOnDeny: [set-cookie]
      ---
      """;

  /** A matcher and a question for each provider, before what decides here. */
  @Test
  void providersAreAskedFirst() throws Exception {
    models.configure(
        PROVIDERS
            + POLICY.formatted("a", "default", false, "ALLOW", "rules: [{}]")
            + POLICY.formatted(
                "c", "default", false, "CUSTOM", "provider: {name: proxy}\n  rules: [{}]")
            + POLICY.formatted(
                "d", "default", false, "CUSTOM", "provider: {name: opa}\n  rules: [{}, {}]")
            + POLICY.formatted(
                "e", "default", false, "CUSTOM", "provider: {name: gone}\n  rules: [{}]"));
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(AUTHORIZATION, NAME);
      List<RBAC> before = firstFilters(peer);
      assertThat(before)
          .as("nobody can be asked: DENY, then ALLOW")
          .extracting(filter -> filter.getRules().getAction().name())
          .containsExactly("DENY", "ALLOW");
      assertThat(before.get(0).getRules().getPoliciesCount()).isEqualTo(4);
      models.start("opa", "v1", 9191);
      Authorization told =
          peer.next(AUTHORIZATION).getResources(0).getResource().unpack(Authorization.class);
      assertThat(told.getFiltersList())
          .extracting(
              filter -> filter.getTypeUrl().substring(filter.getTypeUrl().lastIndexOf('.') + 1))
          .containsExactly("RBAC", "ExtAuthz", "RBAC", "ExtAuthz", "RBAC", "RBAC");
      RBAC matching = RBAC.parseFrom(told.getFilters(0).getValue());
      assertThat(matching.getShadowRules().getPoliciesMap())
          .containsOnlyKeys(
              "istio-ext-authz-opa-ns[default]-policy[d]-rule[0]",
              "istio-ext-authz-opa-ns[default]-policy[d]-rule[1]");
      ExtAuthz opa = ExtAuthz.parseFrom(told.getFilters(1).getValue());
      assertThat(opa.getGrpcService().getEnvoyGrpc().getClusterName())
          .isEqualTo("outbound|9191||opa.default.svc.cluster.local");
      ExtAuthz proxy = ExtAuthz.parseFrom(told.getFilters(3).getValue());
      assertThat(proxy.getFailureModeAllow()).isFalse();
      assertThat(proxy.getAllowedHeaders().getPatternsList())
          .extracting(name -> name.getExact() + name.getPrefix())
          .containsExactly("cookie", "x-");
      assertThat(
              proxy
                  .getHttpService()
                  .getAuthorizationResponse()
                  .getAllowedClientHeaders()
                  .getPatternsList())
          .hasSize(1);
      RBAC unasked = RBAC.parseFrom(told.getFilters(4).getValue());
      assertThat(unasked.getRules().getPoliciesMap())
          .containsOnlyKeys("ns[default]-policy[e]-rule[0]");
    }
  }
}
