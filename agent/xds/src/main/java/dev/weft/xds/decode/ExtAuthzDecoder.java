package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.ExternalAuthorization.Protocol;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.xds.proto.ApiVersion;
import dev.weft.xds.proto.ExtAuthz;
import dev.weft.xds.proto.ExtAuthzHttpService;
import dev.weft.xds.proto.ExtAuthzRequest;
import dev.weft.xds.proto.ExtAuthzResponse;
import dev.weft.xds.proto.GrpcService;
import dev.weft.xds.proto.GrpcServiceEnvoyGrpc;
import dev.weft.xds.proto.HeaderValue;
import dev.weft.xds.proto.HttpUri;
import dev.weft.xds.proto.ListStringMatcher;
import dev.weft.xds.proto.MetadataMatcher;
import dev.weft.xds.proto.StringMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code envoy.extensions.filters.http.ext_authz.v3.ExtAuthz}. */
final class ExtAuthzDecoder {

  private static final String RBAC_FILTER = "envoy.filters.http.rbac";
  private static final String EFFECTIVE_POLICY = "istio_ext_authz_shadow_effective_policy_id";
  private static final int FORBIDDEN = 403;

  /** Envoy's, where none is given. */
  private static final Duration USUAL_TIMEOUT = Duration.ofMillis(200);

  /**
   * @param asked the policies of the filter before, of all providers maybe
   */
  ExternalAuthorization provider(ExtAuthz filter, Rules asked, Where where)
      throws InvalidResourceException {
    if (filter.transportApiVersion() != ApiVersion.V3) {
      throw where
          .in("transport_api_version")
          .refuse(ApiVersion.name(filter.transportApiVersion()) + " (expected: V3)");
    }
    Rules rules = own(asked, filter.filterEnabledMetadata(), where.in("filter_enabled_metadata"));
    int status = filter.statusOnError() == null ? 0 : filter.statusOnError().code();
    if (status != 0 && (status < 200 || status > 599)) {
      throw where.in("status_on_error").refuse(status + " (expected: 200 to 599)");
    }
    GrpcService grpc = filter.grpcService();
    ExtAuthzHttpService http = filter.httpService();
    if ((grpc == null) == (http == null)) {
      throw where.refuse("no service, or two (expected: grpc_service or http_service)");
    }
    Target target =
        grpc != null
            ? grpc(grpc, filter.allowedHeaders(), where.in("grpc_service"))
            : http(http, filter.allowedHeaders(), where.in("http_service"));
    return new ExternalAuthorization(
        rules,
        target.cluster,
        target.protocol,
        target.timeout,
        filter.failureModeAllow(),
        status == 0 ? FORBIDDEN : status,
        filter.withRequestBody() != null);
  }

  private record Target(String cluster, Protocol protocol, Duration timeout) {}

  /** Of the policies those that ask this provider. */
  private static Rules own(Rules asked, @Nullable MetadataMatcher matcher, Where where)
      throws InvalidResourceException {
    StringMatcher value =
        matcher == null || matcher.value() == null ? null : matcher.value().stringMatch();
    String prefix = value == null ? null : value.prefix();
    boolean isKnown =
        matcher != null
            && matcher.filter().equals(RBAC_FILTER)
            && matcher.path().size() == 1
            && EFFECTIVE_POLICY.equals(matcher.path().get(0).key());
    if (!isKnown || prefix == null) {
      throw where.refuse(
          "another condition (expected: the prefix of "
              + EFFECTIVE_POLICY
              + " of the filter before)");
    }
    List<Policy> policies = new ArrayList<>();
    for (Policy policy : asked.policies()) {
      if (policy.name().startsWith(prefix)) {
        policies.add(policy);
      }
    }
    return new Rules(asked.action(), policies);
  }

  private static Target grpc(GrpcService service, @Nullable ListStringMatcher allowed, Where where)
      throws InvalidResourceException {
    GrpcServiceEnvoyGrpc envoy = service.envoyGrpc();
    if (envoy == null || envoy.clusterName().isEmpty()) {
      throw where.refuse("no cluster (expected: envoy_grpc.cluster_name)");
    }
    if (allowed != null) {
      throw where.refuse("allowed_headers (expected: all headers, or an http_service)");
    }
    return new Target(
        envoy.clusterName(),
        new Protocol.Grpc(envoy.authority()),
        timeout(service.timeout(), where));
  }

  private static Target http(
      @Nullable ExtAuthzHttpService service, @Nullable ListStringMatcher allowed, Where where)
      throws InvalidResourceException {
    HttpUri uri = service == null ? null : service.serverUri();
    if (service == null || uri == null || uri.cluster() == null || uri.cluster().isEmpty()) {
      throw where.in("server_uri").refuse("no cluster (expected: a cluster)");
    }
    if (!service.pathPrefix().isEmpty() && !service.pathPrefix().startsWith("/")) {
      throw where.in("path_prefix").refuse(service.pathPrefix() + " (expected: a leading slash)");
    }
    ExtAuthzRequest request = service.authorizationRequest();
    ExtAuthzResponse response = service.authorizationResponse();
    List<StringMatch> sent = new ArrayList<>(names(allowed, where.in("allowed_headers")));
    List<Map.Entry<String, String>> added = new ArrayList<>();
    if (request != null) {
      sent.addAll(names(request.allowedHeaders(), where.in("authorization_request")));
      for (HeaderValue header : request.headersToAdd()) {
        added.add(Map.entry(header.key(), header.value()));
      }
    }
    Where told = where.in("authorization_response");
    return new Target(
        uri.cluster(),
        new Protocol.Http(
            service.pathPrefix(),
            sent,
            added,
            names(response == null ? null : response.allowedUpstreamHeaders(), told),
            names(response == null ? null : response.allowedClientHeaders(), told),
            names(response == null ? null : response.allowedClientHeadersOnSuccess(), told)),
        timeout(uri.timeout(), where.in("server_uri")));
  }

  private static Duration timeout(dev.weft.xds.proto.@Nullable Duration timeout, Where where)
      throws InvalidResourceException {
    Duration read = Durations.orIfZero(Durations.of(timeout, where.in("timeout")), USUAL_TIMEOUT);
    return read == null ? USUAL_TIMEOUT : read;
  }

  private static List<StringMatch> names(@Nullable ListStringMatcher matcher, Where where)
      throws InvalidResourceException {
    List<StringMatch> names = new ArrayList<>();
    if (matcher != null) {
      for (int i = 0; i < matcher.patterns().size(); i++) {
        names.add(MatchDecoder.text(matcher.patterns().get(i), where.in("patterns", i)));
      }
    }
    return names;
  }
}
