package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.weft.control.api.v1.Authorization;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.ExternalAuthorization.Protocol;
import dev.weft.engine.config.RouteMatch.StringMatch;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Envoy's ext_authz filters, as istiod writes them; nothing of them is ignored. */
class ExtAuthzDecodeTest {

  private static List<ExternalAuthorization> decode(Message... filters)
      throws InvalidResourceException {
    Authorization.Builder all = Authorization.newBuilder();
    for (Message filter : filters) {
      Any packed = Any.pack(filter);
      all.addFilters(
          Authorization.Filter.newBuilder()
              .setTypeUrl(packed.getTypeUrl())
              .setValue(packed.getValue()));
    }
    return ResourceType.AUTHORIZATION
        .decode(
            all.build().toByteArray(),
            field -> {
              throw new AssertionError("ignored: " + field);
            })
        .external();
  }

  private static Message matching(RBAC.Action action, String... policies) {
    RBAC.Builder rules = RBAC.newBuilder().setAction(action);
    for (String policy : policies) {
      rules.putPolicies(
          policy,
          io.envoyproxy.envoy.config.rbac.v3.Policy.newBuilder()
              .addPermissions(Permission.newBuilder().setAny(true))
              .addPrincipals(Principal.newBuilder().setAny(true))
              .build());
    }
    return io.envoyproxy
        .envoy
        .extensions
        .filters
        .http
        .rbac
        .v3
        .RBAC
        .newBuilder()
        .setShadowRules(rules)
        .setShadowRulesStatPrefix("istio_ext_authz_")
        .build();
  }

  private static MetadataMatcher asked(String prefix) {
    return MetadataMatcher.newBuilder()
        .setFilter("envoy.filters.http.rbac")
        .addPath(
            MetadataMatcher.PathSegment.newBuilder()
                .setKey("istio_ext_authz_shadow_effective_policy_id"))
        .setValue(
            ValueMatcher.newBuilder().setStringMatch(StringMatcher.newBuilder().setPrefix(prefix)))
        .build();
  }

  private static ExtAuthz.Builder grpc(String name) {
    return ExtAuthz.newBuilder()
        .setTransportApiVersion(ApiVersion.V3)
        .setFilterEnabledMetadata(asked("istio-ext-authz-" + name))
        .setGrpcService(
            GrpcService.newBuilder()
                .setTimeout(Durations.fromSeconds(2))
                .setEnvoyGrpc(
                    GrpcService.EnvoyGrpc.newBuilder().setClusterName("opa").setAuthority("o")));
  }

  private static ListStringMatcher names(String... names) {
    return ListStringMatcher.newBuilder()
        .addAllPatterns(
            Stream.of(names)
                .map(name -> StringMatcher.newBuilder().setExact(name).setIgnoreCase(true).build())
                .toList())
        .build();
  }

  private static List<StringMatch> exact(String name) {
    return List.of(new StringMatch.Exact(name, true));
  }

  @Test
  void eachAsksOfItsOwnPolicies() throws Exception {
    List<ExternalAuthorization> all =
        decode(
            matching(RBAC.Action.DENY, "istio-ext-authz-a-1", "istio-ext-authz-b-1"),
            grpc("a").setFailureModeAllow(true).build(),
            grpc("b")
                .setStatusOnError(HttpStatus.newBuilder().setCodeValue(503))
                .setWithRequestBody(BufferSettings.getDefaultInstance())
                .build());
    assertThat(all)
        .extracting(each -> each.rules().policies().stream().map(Policy::name).toList())
        .containsExactly(List.of("istio-ext-authz-a-1"), List.of("istio-ext-authz-b-1"));
    ExternalAuthorization first = all.get(0);
    assertThat(first.failOpen()).isTrue();
    assertThat(first.statusOnError()).isEqualTo(403);
    assertThat(first.wantsBody()).isFalse();
    assertThat(first.cluster()).isEqualTo("opa");
    assertThat(first.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(first.protocol()).isEqualTo(new Protocol.Grpc("o"));
    assertThat(all.get(1).failOpen()).isFalse();
    assertThat(all.get(1).statusOnError()).isEqualTo(503);
    assertThat(all.get(1).wantsBody()).isTrue();
  }

  @Test
  @SuppressWarnings("deprecation") // older istiods write it so
  void readsProvidersOfHttp() throws Exception {
    ExtAuthz filter =
        ExtAuthz.newBuilder()
            .setTransportApiVersion(ApiVersion.V3)
            .setFilterEnabledMetadata(asked("p"))
            .setAllowedHeaders(names("cookie"))
            .setHttpService(
                HttpService.newBuilder()
                    .setPathPrefix("/check")
                    .setServerUri(
                        HttpUri.newBuilder()
                            .setUri("http://x")
                            .setCluster("proxy")
                            .setTimeout(Durations.fromMillis(10)))
                    .setAuthorizationRequest(
                        AuthorizationRequest.newBuilder()
                            .setAllowedHeaders(names("x-a"))
                            .addHeadersToAdd(HeaderValue.newBuilder().setKey("k").setValue("v")))
                    .setAuthorizationResponse(
                        AuthorizationResponse.newBuilder()
                            .setAllowedUpstreamHeaders(names("up"))
                            .setAllowedClientHeaders(names("deny"))
                            .setAllowedClientHeadersOnSuccess(names("allow"))))
            .build();
    ExternalAuthorization read = decode(matching(RBAC.Action.DENY, "p1"), filter).get(0);
    assertThat(read.cluster()).isEqualTo("proxy");
    assertThat(read.timeout()).isEqualTo(Duration.ofMillis(10));
    assertThat(read.protocol())
        .isEqualTo(
            new Protocol.Http(
                "/check",
                List.of(new StringMatch.Exact("cookie", true), new StringMatch.Exact("x-a", true)),
                List.of(Map.entry("k", "v")),
                exact("up"),
                exact("deny"),
                exact("allow")));
  }

  @Test
  void nothingIsLeftOut() {
    Message matching = matching(RBAC.Action.DENY, "istio-ext-authz-a-1", "istio-ext-authz-b-1");
    refused("[istio-ext-authz-a-1, istio-ext-authz-b-1] (expected: an ext_authz filter", matching);
    refused("[istio-ext-authz-b-1] (expected", matching, grpc("a").build());
    refused("ext_authz (expected: after an RBAC filter", grpc("a").build());
    refused("shadow_rules of action DENY", matching(RBAC.Action.ALLOW, "p"), grpc("a").build());
    Message all = matching(RBAC.Action.DENY, "istio-ext-authz-a-1");
    refused(
        "another condition",
        all,
        grpc("a").setFilterEnabledMetadata(MetadataMatcher.getDefaultInstance()).build());
    refused("no service, or two", all, grpc("a").clearGrpcService().build());
    refused("expected: V3", all, grpc("a").setTransportApiVersion(ApiVersion.AUTO).build());
    refused("include_tls_session", all, grpc("a").setIncludeTlsSession(true).build());
    refused("allowed_headers", all, grpc("a").setAllowedHeaders(names("x")).build());
    refused("no cluster", all, grpc("a").setGrpcService(GrpcService.getDefaultInstance()).build());
  }

  private static void refused(String problem, Message... filters) {
    assertThatThrownBy(() -> decode(filters))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessageContaining(problem);
  }
}
