package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnknownFieldSet;
import dev.weft.control.api.v1.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.RouteMatch.StringMatch;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Envoy's RBAC filters; of what carries security nothing is ignored. */
class AuthorizationDecodeTest {

  private static final Permission ANY = Permission.newBuilder().setAny(true).build();
  private static final Principal ANYBODY = Principal.newBuilder().setAny(true).build();

  private static dev.weft.engine.config.Authorization decode(Message filter)
      throws InvalidResourceException {
    Any packed = Any.pack(filter);
    return ResourceType.AUTHORIZATION.decode(
        Authorization.newBuilder()
            .addFilters(
                Authorization.Filter.newBuilder()
                    .setTypeUrl(packed.getTypeUrl())
                    .setValue(packed.getValue()))
            .build()
            .toByteArray(),
        field -> {
          throw new AssertionError("ignored: " + field);
        });
  }

  private static Policy policy(Permission permission, Principal principal)
      throws InvalidResourceException {
    return decode(filter(permission, principal)).filters().get(0).rules().policies().get(0);
  }

  private static Message filter(Permission permission, Principal principal) {
    return io.envoyproxy
        .envoy
        .extensions
        .filters
        .http
        .rbac
        .v3
        .RBAC
        .newBuilder()
        .setRules(
            RBAC.newBuilder()
                .putPolicies(
                    "p",
                    io.envoyproxy.envoy.config.rbac.v3.Policy.newBuilder()
                        .addPermissions(permission)
                        .addPrincipals(principal)
                        .build()))
        .build();
  }

  private static void refused(Permission.Builder permission, String problem) {
    assertThatThrownBy(() -> policy(permission.build(), ANYBODY))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessageContaining(problem);
  }

  private static void refused(Principal.Builder principal, String problem) {
    assertThatThrownBy(() -> policy(ANY, principal.build()))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessageContaining(problem);
  }

  private static CidrRange block(String address, int bits) {
    return CidrRange.newBuilder()
        .setAddressPrefix(address)
        .setPrefixLen(UInt32Value.of(bits))
        .build();
  }

  @Test
  void rulesAndShadows() throws InvalidResourceException {
    var decoded =
        decode(
            io.envoyproxy
                .envoy
                .extensions
                .filters
                .http
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setRules(RBAC.newBuilder().setAction(RBAC.Action.DENY))
                .setShadowRules(RBAC.newBuilder().setAction(RBAC.Action.LOG))
                .build());
    assertThat(decoded.filters().get(0).rules().action()).isEqualTo(Action.DENY);
    assertThat(decoded.filters().get(0).shadow().action()).isEqualTo(Action.LOG);
    assertThat(ResourceType.AUTHORIZATION.decode(new byte[0], field -> {}).filters()).isEmpty();
  }

  @Test
  void conditions() throws InvalidResourceException {
    Policy policy =
        policy(
            Permission.newBuilder()
                .setAndRules(
                    Permission.Set.newBuilder()
                        .addRules(Permission.newBuilder().setDestinationPort(80))
                        .addRules(Permission.newBuilder().setNotRule(ANY)))
                .build(),
            Principal.newBuilder()
                .setAuthenticated(
                    Principal.Authenticated.newBuilder()
                        .setPrincipalName(StringMatcher.newBuilder().setContains("/ns/a/")))
                .build());
    assertThat(policy.permissions())
        .containsExactly(
            new Condition.All(
                List.of(
                    new Condition.DestinationPort(80), new Condition.Not(new Condition.Any()))));
    assertThat(policy.principals())
        .containsExactly(new Condition.Authenticated(new StringMatch.Contains("/ns/a/", false)));
  }

  @Test
  void whatIsNotKnownIsRefused() {
    refused(Permission.newBuilder(), "rules.policies.p.permissions[0]: no rule that is known");
    refused(Permission.newBuilder().setAny(false), "no rule that is known");
    refused(Principal.newBuilder(), "principals[0]: no identifier that is known");
    refused(
        Permission.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build()),
        "field 99");
    refused(
        Permission.newBuilder().setAndRules(Permission.Set.getDefaultInstance()),
        "empty (expected: one rule at least)");
    refused(
        Permission.newBuilder().setDestinationIp(block("10.0.0.0", 33)),
        "33 (expected: at most 32)");
    refused(
        Principal.newBuilder().setDirectRemoteIp(block("name", 8)),
        "\"name\" (expected: an address)");
    refused(Permission.newBuilder().setDestinationPort(70_000), "70000 (expected: 1 to 65535)");
    refused(
        Permission.newBuilder()
            .setUriTemplate(
                TypedExtensionConfig.newBuilder()
                    .setTypedConfig(
                        Any.pack(
                            UriTemplateMatchConfig.newBuilder().setPathTemplate("/a{x}").build()))),
        "\"/a{x}\" (expected: segments");
    assertThatThrownBy(() -> decode(HTTPFault.getDefaultInstance()))
        .hasMessageContaining("filters[0]: type.googleapis.com/envoy.extensions.filters.http.fau");
  }

  @Test
  @SuppressWarnings("deprecation") // as istiod writes it
  void onlyTokensHaveMetadata() {
    refused(
        Principal.newBuilder()
            .setMetadata(MetadataMatcher.newBuilder().setFilter("envoy.filters.http.other")),
        "\"envoy.filters.http.other\" (expected: envoy.filters.http.jwt_authn)");
  }

  @Test
  void whatCannotBeReadLetsNothingIn() {
    assertThat(ResourceType.AUTHORIZATION.unreadable())
        .isEqualTo(dev.weft.engine.config.Authorization.UNREADABLE);
  }
}
