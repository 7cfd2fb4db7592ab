package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.AUTHORIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.Authorization;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
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
      return filters(peer.next(AUTHORIZATION));
    }
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
}
