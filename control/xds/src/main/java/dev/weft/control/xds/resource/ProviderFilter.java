package dev.weft.control.xds.resource;

import dev.weft.control.model.ExtensionProvider;
import dev.weft.control.model.ExtensionProvider.Protocol;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
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
import java.util.List;

/** Who is asked of requests that policies of action CUSTOM match: Envoy's ext_authz filter. */
final class ProviderFilter {

  private static final String STATISTICS = "istio_ext_authz_";
  private static final int FORBIDDEN = 403;

  private ProviderFilter() {}

  /** Of the names of the policies that ask it, as istiod has them. */
  static String prefix(ExtensionProvider provider) {
    return "istio-ext-authz-" + provider.name();
  }

  /** The filter that says of which requests somebody is asked, and does nothing itself. */
  static io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC matching(RBAC asked) {
    return io.envoyproxy
        .envoy
        .extensions
        .filters
        .http
        .rbac
        .v3
        .RBAC
        .newBuilder()
        .setShadowRules(asked)
        .setShadowRulesStatPrefix(STATISTICS)
        .build();
  }

  static ExtAuthz of(ExtensionProvider provider) {
    ExtAuthz.Builder built =
        ExtAuthz.newBuilder()
            .setTransportApiVersion(ApiVersion.V3)
            .setFailureModeAllow(provider.failOpen())
            .setFilterEnabledMetadata(asked(provider));
    if (provider.statusOnError() != FORBIDDEN) {
      built.setStatusOnError(HttpStatus.newBuilder().setCodeValue(provider.statusOnError()));
    }
    if (provider.wantsBody()) {
      built.setWithRequestBody(BufferSettings.getDefaultInstance());
    }
    if (provider.protocol() instanceof Protocol.Http http) {
      if (!http.requestHeaders().isEmpty()) {
        built.setAllowedHeaders(names(http.requestHeaders()));
      }
      return built.setHttpService(http(provider, http)).build();
    }
    return built
        .setGrpcService(
            GrpcService.newBuilder()
                .setTimeout(Values.duration(provider.timeout()))
                .setEnvoyGrpc(
                    GrpcService.EnvoyGrpc.newBuilder()
                        .setAuthority(provider.host().value())
                        .setClusterName(Names.cluster(provider.destination()))))
        .build();
  }

  private static MetadataMatcher asked(ExtensionProvider provider) {
    return MetadataMatcher.newBuilder()
        .setFilter("envoy.filters.http.rbac")
        .addPath(
            MetadataMatcher.PathSegment.newBuilder()
                .setKey(STATISTICS + "shadow_effective_policy_id"))
        .setValue(
            ValueMatcher.newBuilder()
                .setStringMatch(StringMatcher.newBuilder().setPrefix(prefix(provider))))
        .build();
  }

  private static HttpService http(ExtensionProvider provider, Protocol.Http http) {
    AuthorizationRequest.Builder request = AuthorizationRequest.newBuilder();
    http.additionalHeaders()
        .forEach(
            (name, value) ->
                request.addHeadersToAdd(HeaderValue.newBuilder().setKey(name).setValue(value)));
    AuthorizationResponse.Builder response = AuthorizationResponse.newBuilder();
    if (!http.toUpstreamOnAllow().isEmpty()) {
      response.setAllowedUpstreamHeaders(names(http.toUpstreamOnAllow()));
    }
    if (!http.toDownstreamOnDeny().isEmpty()) {
      response.setAllowedClientHeaders(names(http.toDownstreamOnDeny()));
    }
    if (!http.toDownstreamOnAllow().isEmpty()) {
      response.setAllowedClientHeadersOnSuccess(names(http.toDownstreamOnAllow()));
    }
    return HttpService.newBuilder()
        .setPathPrefix(http.pathPrefix())
        .setServerUri(
            HttpUri.newBuilder()
                .setUri("http://" + provider.host().value())
                .setCluster(Names.cluster(provider.destination()))
                .setTimeout(Values.duration(provider.timeout())))
        .setAuthorizationRequest(request)
        .setAuthorizationResponse(response)
        .build();
  }

  private static ListStringMatcher names(List<String> names) {
    ListStringMatcher.Builder list = ListStringMatcher.newBuilder();
    for (String name : names) {
      StringMatcher.Builder one = StringMatcher.newBuilder().setIgnoreCase(true);
      if (name.startsWith("*")) {
        one.setSuffix(name.substring(1));
      } else if (name.endsWith("*")) {
        one.setPrefix(name.substring(0, name.length() - 1));
      } else {
        one.setExact(name);
      }
      list.addPatterns(one);
    }
    return list.build();
  }
}
