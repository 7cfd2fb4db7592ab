package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.Durations;
import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.IdentityEndpoints;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.api.v1.KnownService;
import dev.weft.control.api.v1.OutboundTrafficPolicy;
import dev.weft.xds.wire.IgnoredFields;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every reason for which a resource is refused, as the operator reads it. */
class RefusalTest {

  private static final String ROUTE = "virtual_hosts[0].routes[0]";

  private static void refused(ResourceType<?> type, Message message, String reason) {
    assertThatThrownBy(() -> type.decode(message.toByteArray(), IgnoredFields.UNHEARD))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessage(reason);
  }

  private static InboundSecurity.Builder security() {
    return InboundSecurity.newBuilder()
        .setMode(InboundSecurity.Mode.PERMISSIVE)
        .addTrustDomains("cluster.local");
  }

  @Test
  void inboundSecurityThatIsNotWhollyUnderstood() {
    refused(
        ResourceType.INBOUND,
        security().setModeValue(9).build(),
        "mode: 9 (expected: DISABLE, PERMISSIVE or STRICT)");
    refused(
        ResourceType.INBOUND,
        security().putPortsValue(8080, 9).build(),
        "ports: 9 (expected: DISABLE, PERMISSIVE or STRICT)");
    refused(
        ResourceType.INBOUND,
        security().putPorts(0, InboundSecurity.Mode.STRICT).build(),
        "ports: 0 (expected: 1 to 65535)");
    refused(
        ResourceType.INBOUND,
        security().putPorts(65_536, InboundSecurity.Mode.STRICT).build(),
        "ports: 65536 (expected: 1 to 65535)");
    refused(
        ResourceType.INBOUND,
        security().clearTrustDomains().build(),
        "trust_domains: none (expected: the mesh's own at least)");
    refused(
        ResourceType.INBOUND,
        security().addTrustDomains("Evil Domain").build(),
        "trust_domains[1]: \"Evil Domain\" (expected: a trust domain)");
    refused(
        ResourceType.INBOUND,
        security().setUnknownFields(later()).build(),
        "field 77: unknown to weft.control.v1.InboundSecurity");
  }

  /** A field of an API that is later than this agent. */
  private static UnknownFieldSet later() {
    return UnknownFieldSet.newBuilder()
        .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .build();
  }

  @Test
  void identityEndpoints() {
    IdentityEndpoints.Builder good =
        IdentityEndpoints.newBuilder().setIdentity("spiffe://cluster.local/ns/default/sa/reviews");
    for (String address :
        List.of(
            "",
            "10.0.0.1",
            ":80",
            "host:80",
            "10.0.0.1:0",
            "10.0.0.1:65536",
            "::1:80",
            "[10.0.0.1]:80",
            "[::1]",
            "[fe80::1%eth0]:80",
            "10.0.0.1:+80",
            "10.0.0.1:080")) {
      refused(
          ResourceType.IDENTITIES,
          good.clone().addAddresses("10.0.0.9:1").addAddresses(address).build(),
          "addresses[1]: \""
              + address
              + "\" (expected: an IP address and a port, [..] around IPv6)");
    }
    refused(
        ResourceType.IDENTITIES,
        good.clone().setIdentity("reviews").build(),
        "identity: \"reviews\" (expected: spiffe://<trust domain>/ns/<namespace>/sa/<service"
            + " account>)");
    refused(
        ResourceType.IDENTITIES,
        good.clone().setUnknownFields(later()).build(),
        "field 77: unknown to weft.control.v1.IdentityEndpoints");
  }

  private static void route(Route.Builder route, String reason) {
    refused(ResourceType.ROUTES, DecodeTest.routes(route.build()), ROUTE + reason);
  }

  private static void action(RouteAction.Builder action, String reason) {
    route(DecodeTest.route().setRoute(action), ".route" + reason);
  }

  private static void match(RouteMatch.Builder match, String reason) {
    route(DecodeTest.route().setMatch(match).setRoute(to()), ".match" + reason);
  }

  private static RouteAction.Builder to() {
    return RouteAction.newBuilder().setCluster("c");
  }

  private static RouteMatch.Builder any() {
    return RouteMatch.newBuilder().setPrefix("/");
  }

  private static RegexMatcher regex(String text) {
    return RegexMatcher.newBuilder().setRegex(text).build();
  }

  @Test
  void routesWithoutEnds() {
    route(
        Route.newBuilder().setMatch(any()),
        ": no action (expected: route, redirect or direct_response)");
    route(Route.newBuilder().setRoute(to()), ".match: absent (expected: a path condition)");
    action(RouteAction.newBuilder(), ": no cluster (expected: cluster or weighted_clusters)");
    route(
        DecodeTest.route().setRedirect(RedirectAction.newBuilder().setPortRedirect(70_000)),
        ".redirect.port_redirect: 70000 (expected: at most 65535)");
    route(
        DecodeTest.route().setRedirect(RedirectAction.newBuilder().setPathRedirect("/a\r\nb: c")),
        ".redirect.path_redirect: holds a control character (expected: none)");
    route(
        DecodeTest.route().setRedirect(RedirectAction.newBuilder().setResponseCodeValue(9)),
        ".redirect.response_code: 9 (expected: a redirect)");
    action(RouteAction.newBuilder().setClusterHeader("x"), ".cluster_header: not supported");
  }

  @Test
  void matches() {
    match(
        RouteMatch.newBuilder(),
        ": no path condition (expected: prefix, path, safe_regex or path_separated_prefix)");
    match(
        RouteMatch.newBuilder().setPathSeparatedPrefix("/a/"),
        ".path_separated_prefix: \"/a/\" (expected: a slash at the start, none at the end)");
    match(
        any().setGrpc(RouteMatch.GrpcRouteMatchOptions.getDefaultInstance()),
        ".grpc: not supported");
    match(
        any().addHeaders(HeaderMatcher.newBuilder()),
        ".headers[0].name: empty (expected: the name of a header)");
    match(
        any()
            .addHeaders(
                HeaderMatcher.newBuilder()
                    .setName("x")
                    .setStringMatch(StringMatcher.getDefaultInstance())),
        ".headers[0].string_match: no pattern"
            + " (expected: exact, prefix, suffix, contains or safe_regex)");
    match(
        any().addQueryParameters(QueryParameterMatcher.getDefaultInstance()),
        ".query_parameters[0].name: empty (expected: the name of a query parameter)");
    match(
        any()
            .addQueryParameters(
                QueryParameterMatcher.newBuilder().setName("q").setPresentMatch(false)),
        ".query_parameters[0].present_match: false (expected: true)");
  }

  @Test
  void regexes() {
    match(
        RouteMatch.newBuilder().setSafeRegex(RegexMatcher.getDefaultInstance()),
        ".safe_regex.regex: empty (expected: an RE2 pattern)");
    match(
        RouteMatch.newBuilder().setSafeRegex(regex("(")),
        ".safe_regex.regex: \"(\" (expected: an RE2 pattern): missing closing )");
    match(
        RouteMatch.newBuilder().setSafeRegex(regex("a".repeat(1025))),
        ".safe_regex.regex: 1025 characters (expected: at most 1024)");
    match(
        RouteMatch.newBuilder().setSafeRegex(regex("((a{30}){30}){30}")),
        ".safe_regex.regex: 28860 instructions when compiled (expected: at most 10000)");
    match(
        RouteMatch.newBuilder().setSafeRegex(regex("((((a{100}){100}){100}){100})")),
        ".safe_regex.regex: 102020202 instructions when compiled (expected: at most 10000)");
  }

  @Test
  void sizesOfProgramsAreToldBeforehand() {
    for (String regex :
        new String[] {
          "/abc",
          "a{2,5}b",
          "(a|b)+[0-9]{1,3}",
          "[]}{100}]x",
          "\\{100}",
          "((x{3}y){4}z){5}",
          "a{,5}"
        }) {
      int size = com.google.re2j.Pattern.compile(regex).programSize();
      assertThat(ProgramSize.estimate(regex)).as(regex).isBetween(size / 2L - 2, size * 2L);
    }
  }

  @Test
  void weights() {
    WeightedCluster.Builder none =
        WeightedCluster.newBuilder()
            .addClusters(WeightedCluster.ClusterWeight.newBuilder().setName("a"));
    action(
        RouteAction.newBuilder().setWeightedClusters(none),
        ".weighted_clusters: sum of weights: 0 (expected: above 0)");
    WeightedCluster.Builder huge =
        WeightedCluster.newBuilder()
            .addClusters(
                WeightedCluster.ClusterWeight.newBuilder()
                    .setName("a")
                    .setWeight(UInt32Value.of(-1)));
    action(
        RouteAction.newBuilder().setWeightedClusters(huge),
        ".weighted_clusters.clusters[0].weight: 4294967295 (expected: 0 to 2147483647)");
  }

  @Test
  void timesAndRetries() {
    action(
        to().setTimeout(Duration.newBuilder().setSeconds(-1)),
        ".timeout: -1s 0ns (expected: at least 0)");
    RetryPolicy.Builder shrinking =
        RetryPolicy.newBuilder()
            .setRetryBackOff(
                RetryPolicy.RetryBackOff.newBuilder()
                    .setBaseInterval(Durations.fromSeconds(2))
                    .setMaxInterval(Durations.fromSeconds(1)));
    action(
        to().setRetryPolicy(shrinking),
        ".retry_policy.retry_back_off.max_interval: PT1S"
            + " (expected: at least base_interval, PT2S)");
    action(
        to().setRetryPolicy(
                RetryPolicy.newBuilder()
                    .setRetryBackOff(RetryPolicy.RetryBackOff.getDefaultInstance())),
        ".retry_policy.retry_back_off.base_interval: null (expected: above 0)");
    action(
        to().setRetryPolicy(RetryPolicy.newBuilder().addRetriableStatusCodes(1)),
        ".retry_policy.retriable_status_codes[0]: 1 (expected: 100 to 2147483647)");
  }

  @Test
  void rewrites() {
    RegexMatchAndSubstitute regex =
        RegexMatchAndSubstitute.newBuilder()
            .setPattern(regex("/(a)"))
            .setSubstitution("\\2")
            .build();
    action(
        to().setRegexRewrite(regex),
        ".regex_rewrite.substitution: \"\\2\" (expected: groups \\0 to \\1)");
    action(
        to().setRegexRewrite(regex).setPrefixRewrite("/"),
        ": prefix_rewrite and regex_rewrite (expected: at most one of them)");
  }

  @Test
  void headerEdits() {
    route(
        DecodeTest.route()
            .setRoute(to())
            .addRequestHeadersToAdd(
                DecodeTest.option("x", "a\r\nb: c", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)),
        ".request_headers_to_add[0]: \"a??b: c\" (expected: no control characters)");
    route(
        DecodeTest.route()
            .setRoute(to())
            .addRequestHeadersToAdd(
                DecodeTest.option("a b", "c", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)),
        ".request_headers_to_add[0]: \"a b\" (expected: the name of a header)");
    route(
        DecodeTest.route()
            .setRoute(to())
            .addResponseHeadersToAdd(
                DecodeTest.option("x", "%PROTOCOL%", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)),
        ".response_headers_to_add[0]: \"%PROTOCOL%\""
            + " (expected: %REQ(NAME)% and the like, or %% for a percent sign)");
    route(
        DecodeTest.route()
            .setRoute(to())
            .addResponseHeadersToAdd(DecodeTest.option("x", "y", HeaderAppendAction.ADD_IF_ABSENT)),
        ".response_headers_to_add[0]: append_action: ADD_IF_ABSENT"
            + " (expected: APPEND_IF_EXISTS_OR_ADD or OVERWRITE_IF_EXISTS_OR_ADD)");
  }

  @Test
  void directResponses() {
    route(
        DecodeTest.route().setDirectResponse(DirectResponseAction.newBuilder().setStatus(99)),
        ".direct_response.status: 99 (expected: 200 to 599)");
  }

  @Test
  void domains() {
    VirtualHost.Builder host = VirtualHost.newBuilder().setName("h");
    RouteConfiguration.Builder config = RouteConfiguration.newBuilder();
    refused(
        ResourceType.ROUTES,
        config.clone().addVirtualHosts(host).build(),
        "virtual_hosts[0].domains: empty (expected: at least one)");
    refused(
        ResourceType.ROUTES,
        config.clone().addVirtualHosts(host.clone().addDomains("a*b")).build(),
        "virtual_hosts[0].domains[0]: \"a*b\" (expected: a name, *suffix, prefix* or *)");
    refused(
        ResourceType.ROUTES,
        config
            .clone()
            .addVirtualHosts(host.clone().addDomains("a"))
            .addVirtualHosts(host.clone().addDomains("A"))
            .build(),
        "virtual_hosts[1].domains[0]: \"A\" (expected: each domain once)");
    refused(
        ResourceType.ROUTES,
        config
            .clone()
            .addVirtualHosts(host.clone().setRequireTls(VirtualHost.TlsRequirementType.ALL))
            .build(),
        "virtual_hosts[0].require_tls: not supported");
  }

  private static Listener listener(HttpConnectionManager.Builder manager) {
    return Listener.newBuilder()
        .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager.build())))
        .build();
  }

  @Test
  void listeners() {
    refused(
        ResourceType.LISTENERS,
        Listener.getDefaultInstance(),
        "api_listener: absent (expected: an HttpConnectionManager)");
    refused(
        ResourceType.LISTENERS,
        listener(HttpConnectionManager.newBuilder()),
        "api_listener: no routes (expected: rds with a route_config_name, or route_config)");
    refused(
        ResourceType.LISTENERS,
        Listener.newBuilder()
            .setApiListener(
                ApiListener.newBuilder().setApiListener(Any.pack(Router.getDefaultInstance())))
            .build(),
        "api_listener: \"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router\""
            + " (expected: \"type.googleapis.com/envoy.extensions.filters.network"
            + ".http_connection_manager.v3.HttpConnectionManager\")");
  }

  @Test
  void guardsAreNeverPassedOver() throws Exception {
    HttpFilter guard =
        HttpFilter.newBuilder()
            .setName("envoy.filters.http.rbac")
            .setTypedConfig(Any.pack(RBAC.getDefaultInstance()))
            .setIsOptional(true)
            .build();
    refused(
        ResourceType.LISTENERS,
        listener(HttpConnectionManager.newBuilder().addHttpFilters(guard)),
        "api_listener.http_filters[0].typed_config:"
            + " type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"
            + " (expected: the router, or a filter that is supported or optional)");
    route(
        DecodeTest.route()
            .setRoute(to())
            .putTypedPerFilterConfig("rbac", Any.pack(RBAC.getDefaultInstance())),
        ".typed_per_filter_config.rbac:"
            + " type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"
            + " (expected: the router, or a filter that is supported or optional)");
    List<String> ignored = new ArrayList<>();
    ResourceType.ROUTES.decode(
        DecodeTest.routes(
                DecodeTest.route()
                    .setRoute(to())
                    .putTypedPerFilterConfig(
                        "session", Any.pack(StatefulSessionPerRoute.getDefaultInstance()))
                    .build())
            .toByteArray(),
        ignored::add);
    assertThat(ignored)
        .containsExactly(
            "envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute");
  }

  private static void fault(HTTPFault.Builder fault, String problem) {
    route(
        DecodeTest.route().setRoute(to()).putTypedPerFilterConfig("fault", Any.pack(fault.build())),
        ".typed_per_filter_config.fault" + problem);
  }

  @Test
  void faults() {
    FaultDelay.Builder none = FaultDelay.newBuilder();
    fault(HTTPFault.newBuilder().setDelay(none), ".delay.fixed_delay: null (expected: above 0)");
    fault(
        HTTPFault.newBuilder().setAbort(FaultAbort.newBuilder().setHttpStatus(100)),
        ".abort.http_status: 100 (expected: 200 to 599)");
    fault(
        HTTPFault.newBuilder().setAbort(FaultAbort.newBuilder().setGrpcStatus(17)),
        ".abort.grpc_status: 17 (expected: 0 to 16)");
    fault(
        HTTPFault.newBuilder()
            .setAbort(
                FaultAbort.newBuilder()
                    .setHttpStatus(500)
                    .setPercentage(FractionalPercent.newBuilder().setDenominatorValue(7))),
        ".abort.percentage.denominator: 7 (expected: HUNDRED, TEN_THOUSAND or MILLION)");
  }

  private static Cluster.Builder cluster() {
    return Cluster.newBuilder().setName("c").setType(Cluster.DiscoveryType.EDS);
  }

  @Test
  void clusters() {
    refused(
        ResourceType.CLUSTERS,
        cluster().setLbPolicy(Cluster.LbPolicy.LOAD_BALANCING_POLICY_CONFIG).build(),
        "lb_policy: LOAD_BALANCING_POLICY_CONFIG"
            + " (expected: ROUND_ROBIN, LEAST_REQUEST, RANDOM, RING_HASH or MAGLEV)");
    refused(
        ResourceType.CLUSTERS,
        cluster().setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED).build(),
        "lb_policy: CLUSTER_PROVIDED"
            + " (expected: ROUND_ROBIN, LEAST_REQUEST, RANDOM, RING_HASH or MAGLEV)");
    refused(
        ResourceType.CLUSTERS,
        cluster().setTypeValue(9).build(),
        "type: 9 (expected: STATIC, STRICT_DNS, LOGICAL_DNS, EDS or ORIGINAL_DST)");
    refused(ResourceType.CLUSTERS, cluster().clearName().build(), "name: empty (expected: a name)");
    refused(
        ResourceType.CLUSTERS,
        cluster().setConnectTimeout(Duration.getDefaultInstance()).build(),
        "connect_timeout: 0 (expected: above 0)");
    refused(
        ResourceType.CLUSTERS,
        cluster().setType(Cluster.DiscoveryType.LOGICAL_DNS).build(),
        "load_assignment: 0 endpoints (expected: 1, with LOGICAL_DNS)");
    refused(
        ResourceType.CLUSTERS,
        cluster()
            .setTransportSocket(
                TransportSocket.newBuilder()
                    .setName("tls")
                    .setTypedConfig(Any.pack(UpstreamTlsContext.getDefaultInstance())))
            .build(),
        "transport_socket.common_tls_context: absent (expected: whom to trust)");
    refused(
        ResourceType.CLUSTERS,
        cluster().setTransportSocket(TransportSocket.newBuilder().setName("quic")).build(),
        "transport_socket: quic"
            + " (expected: none, envoy.transport_sockets.raw_buffer or UpstreamTlsContext)");
    refused(
        ResourceType.CLUSTERS,
        cluster()
            .addTransportSocketMatches(Cluster.TransportSocketMatch.getDefaultInstance())
            .build(),
        "transport_socket_matches: not supported");
  }

  private static void endpoint(
      io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint.Builder endpoint, String reason) {
    refused(
        ResourceType.ENDPOINTS,
        ClusterLoadAssignment.newBuilder()
            .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint))
            .build(),
        "endpoints[0].lb_endpoints[0]" + reason);
  }

  @Test
  void endpoints() {
    String address = ".endpoint.address.socket_address";
    for (String host :
        new String[] {"reviews", "10.0.0", "10.0.0.256", "::g", "[::1]", "1.2.3.4 "}) {
      endpoint(
          DecodeTest.endpoint(host),
          address + ".address: \"" + host + "\" (expected: an IP address)");
    }
    endpoint(
        io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint.newBuilder(),
        address + ": absent (expected: address and port)");
    endpoint(
        DecodeTest.endpoint("10.0.0.1").setLoadBalancingWeight(UInt32Value.of(0)),
        ".load_balancing_weight: 0 (expected: 1 to 2147483647)");
    refused(
        ResourceType.ENDPOINTS,
        ClusterLoadAssignment.newBuilder()
            .addEndpoints(LocalityLbEndpoints.newBuilder().setPriority(129))
            .build(),
        "endpoints[0].priority: 129 (expected: 0 to 128)");
    refused(
        ResourceType.ENDPOINTS,
        ClusterLoadAssignment.newBuilder()
            .setPolicy(
                ClusterLoadAssignment.Policy.newBuilder()
                    .addDropOverloads(
                        ClusterLoadAssignment.Policy.DropOverload.getDefaultInstance()))
            .build(),
        "policy.drop_overloads: not supported");
  }

  @Test
  void hosts() {
    refused(
        ResourceType.HOSTS,
        HostTable.newBuilder().addWildcards("*.example.com").build(),
        "wildcards[0]: \"*.example.com\""
            + " (expected: what follows the star, such as .example.com)");
    refused(
        ResourceType.HOSTS,
        HostTable.newBuilder().setOutboundTrafficPolicyValue(7).build(),
        "outbound_traffic_policy: 7 (expected: ALLOW_ANY or REGISTRY_ONLY)");
    known(KnownService.newBuilder().addNames("db").addPorts(0), "ports: 0 (expected: 1 to 65535)");
    known(
        KnownService.newBuilder().addAddresses("10.0.0.0/x").addPorts(1),
        "addresses: \"10.0.0.0/x\": For input string: \"x\"");
    known(
        KnownService.newBuilder().addEndpoints("10.0.0.1"),
        "endpoints: \"10.0.0.1\" (expected: host:port)");
    known(
        KnownService.newBuilder().addEndpoints("10.0.0.1:65536"),
        "endpoints: 65536 (expected: 1 to 65535)");
  }

  private static void known(KnownService.Builder service, String message) {
    refused(
        ResourceType.HOSTS,
        HostTable.newBuilder()
            .setOutboundTrafficPolicy(OutboundTrafficPolicy.REGISTRY_ONLY)
            .addKnown(service)
            .build(),
        "known[0]." + message);
  }

  @Test
  void caseOfPathsIsNoReason() throws Exception {
    RouteMatch.Builder match = any().setCaseSensitive(BoolValue.of(true));
    assertThat(
            ResourceType.ROUTES.decode(
                DecodeTest.routes(DecodeTest.route().setMatch(match).setRoute(to()).build())
                    .toByteArray(),
                IgnoredFields.UNHEARD))
        .isNotNull();
  }
}
