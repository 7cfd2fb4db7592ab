package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.AuthorizationResource;
import dev.weft.control.xds.resource.SecurityResources;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies of a mesh that is known by several trust domains, as istiod compiles them. */
class TrustDomainAliasesTest {

  private static final List<String> TD2 = List.of("td2", "td1", "cluster.local");
  private static final List<String> ALONE = List.of("td2");

  private static List<String> names(String principal, List<String> trustDomains)
      throws InvalidProtocolBufferException {
    MeshModel model =
        Models.readAll(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: default}
            spec:
              rules:
              - from:
                - source: {principals: ["%s"]}
            """
                .formatted(principal));
    Authorization told =
        AuthorizationResource.of(
            new AuthorizationResource.Inputs(
                List.of(),
                model.authorization(new Namespace("default"), Map.of()),
                List.of(),
                trustDomains));
    Principal from =
        RBAC.parseFrom(told.getFilters(0).getValue())
            .getRules()
            .getPoliciesMap()
            .values()
            .iterator()
            .next()
            .getPrincipals(0);
    return from.getAndIds().getIds(0).getOrIds().getIdsList().stream()
        .map(it -> text(it.getAuthenticated().getPrincipalName()))
        .toList();
  }

  private static String text(StringMatcher matcher) {
    return matcher.hasSuffix() ? "*" + matcher.getSuffix() : matcher.getExact();
  }

  @ParameterizedTest
  @CsvSource({"td1/ns/foo/sa/bar", "td2/ns/foo/sa/bar", "cluster.local/ns/foo/sa/bar"})
  void whoeverIsNamedByOneIsMeantByAll(String principal) throws Exception {
    assertThat(names(principal, TD2))
        .containsExactly(
            "spiffe://td2/ns/foo/sa/bar",
            "spiffe://td1/ns/foo/sa/bar",
            "spiffe://cluster.local/ns/foo/sa/bar");
  }

  @Test
  void theMeshsOwnDomainIsMeantByItsUsualName() throws Exception {
    assertThat(names("cluster.local/ns/foo/sa/bar", ALONE))
        .containsExactly("spiffe://td2/ns/foo/sa/bar");
    assertThat(names("td2/ns/foo/sa/bar", ALONE)).containsExactly("spiffe://td2/ns/foo/sa/bar");
  }

  @Test
  void aStarBeforeADomainStaysWhereItMatches() throws Exception {
    assertThat(names("*d1/ns/foo/sa/bar", List.of("td2", "td1", "old-td1")))
        .containsExactly("spiffe://td2/ns/foo/sa/bar", "*d1/ns/foo/sa/bar");
  }

  @ParameterizedTest
  @CsvSource({
    "elsewhere/ns/foo/sa/bar, spiffe://elsewhere/ns/foo/sa/bar",
    "*/ns/foo/sa/bar, */ns/foo/sa/bar",
    "*/sa/bar, */sa/bar"
  })
  void whoeverIsNamedOtherwiseStaysAsHeIs(String principal, String expected) throws Exception {
    assertThat(names(principal, TD2)).containsExactly(expected);
  }

  @Test
  void callersOfEachMayBeHeard() {
    MeshModel model =
        Models.readAll(
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: istio-system}
            spec: {mtls: {mode: STRICT}}
            """);
    InboundSecurity told =
        SecurityResources.inbound(model.inbound(new Namespace("default"), Map.of()), TD2);
    assertThat(told.getTrustDomainsList()).isEqualTo(TD2);
  }
}
