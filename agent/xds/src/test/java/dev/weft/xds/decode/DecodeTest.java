package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.KnownService;
import dev.weft.control.api.v1.OutboundTrafficPolicy;
import dev.weft.engine.config.Fault;
import dev.weft.engine.config.Fraction;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.Places;
import dev.weft.engine.config.RetryPolicy.On;
import dev.weft.engine.config.Route.Action;
import dev.weft.engine.config.Route.Mirror;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.PathMatch;
import dev.weft.engine.config.RouteMatch.QueryMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.xds.wire.IgnoredFields;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
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
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each part of a resource becomes. */
class DecodeTest {

  static RouteConfiguration routes(Route route) {
    return RouteConfiguration.newBuilder()
        .setName("t")
        .addVirtualHosts(VirtualHost.newBuilder().setName("any").addDomains("*").addRoutes(route))
        .build();
  }

  static Route.Builder route() {
    return Route.newBuilder().setName("r").setMatch(RouteMatch.newBuilder().setPrefix("/"));
  }

  private static dev.weft.engine.config.Route decode(Route.Builder route) throws Exception {
    Routes routes =
        ResourceType.ROUTES.decode(routes(route.build()).toByteArray(), IgnoredFields.UNHEARD);
    return routes.table().virtualHosts().get(0).routes().get(0);
  }

  private static Action.Forward forward(RouteAction.Builder action) throws Exception {
    return (Action.Forward) decode(route().setRoute(action)).action();
  }

  private static RouteAction.Builder to(String cluster) {
    return RouteAction.newBuilder().setCluster(cluster);
  }

  private static PathMatch path(RouteMatch.Builder match) throws Exception {
    return decode(route().setMatch(match).setRoute(to("c"))).match().path();
  }

  private static RegexMatcher regex(String text) {
    return RegexMatcher.newBuilder().setRegex(text).build();
  }

  @Test
  void paths() throws Exception {
    assertThat(path(RouteMatch.newBuilder().setPrefix("/a")))
        .isEqualTo(new PathMatch.Prefix("/a", false));
    assertThat(path(RouteMatch.newBuilder().setPath("/a").setCaseSensitive(BoolValue.of(false))))
        .isEqualTo(new PathMatch.Exact("/a", true));
    assertThat(path(RouteMatch.newBuilder().setPathSeparatedPrefix("/a")))
        .isEqualTo(new PathMatch.SegmentPrefix("/a", false));
    PathMatch regex = path(RouteMatch.newBuilder().setSafeRegex(regex("/a.*")));
    assertThat(((PathMatch.Regex) regex).pattern().pattern()).isEqualTo("/a.*");
  }

  private static HeaderMatch header(HeaderMatcher.Builder matcher) throws Exception {
    RouteMatch.Builder match =
        RouteMatch.newBuilder().setPrefix("/").addHeaders(matcher.setName("X-A"));
    return decode(route().setMatch(match).setRoute(to("c"))).match().headers().get(0);
  }

  private static HeaderMatcher.Builder text(StringMatcher.Builder matcher) {
    return HeaderMatcher.newBuilder().setStringMatch(matcher);
  }

  @Test
  void headers() throws Exception {
    assertThat(header(text(StringMatcher.newBuilder().setExact("v").setIgnoreCase(true))))
        .isEqualTo(new HeaderMatch("x-a", new StringMatch.Exact("v", true), false, false));
    assertThat(header(text(StringMatcher.newBuilder().setPrefix("v"))).match())
        .isEqualTo(new StringMatch.Prefix("v", false));
    assertThat(header(text(StringMatcher.newBuilder().setSuffix("v"))).match())
        .isEqualTo(new StringMatch.Suffix("v", false));
    assertThat(header(text(StringMatcher.newBuilder().setContains("v"))).match())
        .isEqualTo(new StringMatch.Contains("v", false));
    assertThat(header(text(StringMatcher.newBuilder().setSafeRegex(regex("v+")))).match())
        .isInstanceOf(StringMatch.Regex.class);
    assertThat(header(HeaderMatcher.newBuilder())).isEqualTo(present(false));
    assertThat(header(HeaderMatcher.newBuilder().setPresentMatch(true))).isEqualTo(present(false));
    assertThat(header(HeaderMatcher.newBuilder().setPresentMatch(false))).isEqualTo(present(true));
    assertThat(header(HeaderMatcher.newBuilder().setPresentMatch(false).setInvertMatch(true)))
        .isEqualTo(present(false));
    assertThat(
            header(
                text(StringMatcher.newBuilder().setExact(""))
                    .setInvertMatch(true)
                    .setTreatMissingHeaderAsEmpty(true)))
        .isEqualTo(new HeaderMatch("x-a", new StringMatch.Exact("", false), true, true));
  }

  private static HeaderMatch present(boolean invert) {
    return new HeaderMatch("x-a", new StringMatch.Present(), invert, false);
  }

  @SuppressWarnings("deprecation") // older control services still send these
  @Test
  void headersAsTheyWereOnceWritten() throws Exception {
    assertThat(header(HeaderMatcher.newBuilder().setExactMatch("v")).match())
        .isEqualTo(new StringMatch.Exact("v", false));
    assertThat(header(HeaderMatcher.newBuilder().setPrefixMatch("v")).match())
        .isEqualTo(new StringMatch.Prefix("v", false));
    assertThat(header(HeaderMatcher.newBuilder().setSuffixMatch("v")).match())
        .isEqualTo(new StringMatch.Suffix("v", false));
    assertThat(header(HeaderMatcher.newBuilder().setContainsMatch("v")).match())
        .isEqualTo(new StringMatch.Contains("v", false));
    assertThat(header(HeaderMatcher.newBuilder().setSafeRegexMatch(regex("v"))).match())
        .isInstanceOf(StringMatch.Regex.class);
  }

  @Test
  void queryParameters() throws Exception {
    RouteMatch.Builder match =
        RouteMatch.newBuilder()
            .setPrefix("/")
            .addQueryParameters(
                QueryParameterMatcher.newBuilder()
                    .setName("q")
                    .setStringMatch(StringMatcher.newBuilder().setExact("v")))
            .addQueryParameters(
                QueryParameterMatcher.newBuilder().setName("p").setPresentMatch(true));
    assertThat(decode(route().setMatch(match).setRoute(to("c"))).match().query())
        .containsExactly(
            new QueryMatch("q", new StringMatch.Exact("v", false)),
            new QueryMatch("p", new StringMatch.Present()));
  }

  @Test
  void timeouts() throws Exception {
    assertThat(forward(to("c")).timeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(forward(to("c").setTimeout(Durations.fromSeconds(0))).timeout()).isNull();
    assertThat(forward(to("c").setTimeout(Durations.fromMillis(1500))).timeout())
        .isEqualTo(Duration.ofMillis(1500));
    RouteAction.MaxStreamDuration.Builder most =
        RouteAction.MaxStreamDuration.newBuilder().setMaxStreamDuration(Durations.fromSeconds(2));
    assertThat(
            forward(to("c").setTimeout(Durations.fromSeconds(0)).setMaxStreamDuration(most))
                .timeout())
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(
            forward(to("c").setTimeout(Durations.fromSeconds(1)).setMaxStreamDuration(most))
                .timeout())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void istiosDefaultRetries() throws Exception {
    var retries =
        forward(
                to("c")
                    .setRetryPolicy(
                        RetryPolicy.newBuilder()
                            .setRetryOn(
                                "connect-failure,refused-stream,unavailable,cancelled,"
                                    + "retriable-status-codes")
                            .setNumRetries(UInt32Value.of(2))
                            .addRetryHostPredicate(
                                RetryPolicy.RetryHostPredicate.newBuilder()
                                    .setName("envoy.retry_host_predicates.previous_hosts"))
                            .setHostSelectionRetryMaxAttempts(5)))
            .retries();
    assertThat(retries)
        .isEqualTo(
            new dev.weft.engine.config.RetryPolicy(
                2,
                Set.of(
                    On.CONNECT_FAILURE,
                    On.REFUSED_STREAM,
                    On.UNAVAILABLE,
                    On.CANCELLED,
                    On.RETRIABLE_STATUS_CODES),
                List.of(),
                null,
                Duration.ofMillis(25),
                Duration.ofMillis(250),
                5));
  }

  @Test
  void retriesOfOnesOwn() throws Exception {
    var retries =
        forward(
                to("c")
                    .setRetryPolicy(
                        RetryPolicy.newBuilder()
                            .setRetryOn("5xx, something-new")
                            .addRetriableStatusCodes(503)
                            .setPerTryTimeout(Durations.fromMillis(100))
                            .setRetryBackOff(
                                RetryPolicy.RetryBackOff.newBuilder()
                                    .setBaseInterval(Durations.fromMillis(10))
                                    .setMaxInterval(Durations.fromMillis(20)))))
            .retries();
    assertThat(retries)
        .isEqualTo(
            new dev.weft.engine.config.RetryPolicy(
                1,
                Set.of(On.FIVE_XX),
                List.of(503),
                Duration.ofMillis(100),
                Duration.ofMillis(10),
                Duration.ofMillis(20),
                0));
  }

  @Test
  void rewrites() throws Exception {
    var prefix = forward(to("c").setPrefixRewrite("/b").setHostRewriteLiteral("h")).rewrite();
    assertThat(prefix).isEqualTo(new dev.weft.engine.config.Route.Rewrite("/b", null, "h"));
    var regex =
        forward(
                to("c")
                    .setRegexRewrite(
                        RegexMatchAndSubstitute.newBuilder()
                            .setPattern(regex("/(a)/(b)"))
                            .setSubstitution("/\\2/\\1\\\\")))
            .rewrite();
    assertThat(regex).isNotNull();
    assertThat(regex.regex()).isNotNull();
    assertThat(regex.regex().substitution()).isEqualTo("/\\2/\\1\\\\");
    assertThat(forward(to("c")).rewrite()).isNull();
  }

  @Test
  void shares() throws Exception {
    var share =
        WeightedCluster.ClusterWeight.newBuilder()
            .setName("a")
            .setWeight(UInt32Value.of(80))
            .addRequestHeadersToRemove("x");
    var clusters =
        forward(
                RouteAction.newBuilder()
                    .setWeightedClusters(
                        WeightedCluster.newBuilder()
                            .addClusters(share)
                            .addClusters(
                                WeightedCluster.ClusterWeight.newBuilder()
                                    .setName("b")
                                    .setWeight(UInt32Value.of(20)))))
            .clusters();
    assertThat(clusters)
        .containsExactly(
            new dev.weft.engine.config.Route.WeightedCluster(
                "a", 80, new HeaderRules(List.of("x"), List.of(), List.of()), HeaderRules.NONE),
            new dev.weft.engine.config.Route.WeightedCluster(
                "b", 20, HeaderRules.NONE, HeaderRules.NONE));
  }

  static HeaderValueOption option(String name, String value, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(action)
        .build();
  }

  @Test
  void headerEditsOfAllLevels() throws Exception {
    RouteConfiguration.Builder config =
        RouteConfiguration.newBuilder()
            .setName("t")
            .addRequestHeadersToAdd(
                option("x", "table", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
            .addVirtualHosts(
                VirtualHost.newBuilder()
                    .addDomains("*")
                    .addRequestHeadersToAdd(
                        option("x", "host", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                    .addRoutes(
                        route()
                            .setRoute(to("c"))
                            .addRequestHeadersToAdd(
                                option("x", "50%%", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                            .addRequestHeadersToAdd(
                                option("y", "1", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD))
                            .addResponseHeadersToRemove("z")));
    assertThat(sets(config)).containsExactly("50%%", "host", "table");
    assertThat(sets(config.setMostSpecificHeaderMutationsWins(true)))
        .containsExactly("table", "host", "50%%");
    var route = decoded(config);
    assertThat(route.request().add()).containsExactly(Map.entry("y", "1"));
    assertThat(route.response().remove()).containsExactly("z");
  }

  private static dev.weft.engine.config.Route decoded(RouteConfiguration.Builder config)
      throws Exception {
    return ResourceType.ROUTES
        .decode(config.build().toByteArray(), IgnoredFields.UNHEARD)
        .table()
        .virtualHosts()
        .get(0)
        .routes()
        .get(0);
  }

  private static List<String> sets(RouteConfiguration.Builder config) throws Exception {
    return decoded(config).request().set().stream().map(Map.Entry::getValue).toList();
  }

  @Test
  void directResponses() throws Exception {
    DirectResponseAction.Builder action =
        DirectResponseAction.newBuilder()
            .setStatus(418)
            .setBody(DataSource.newBuilder().setInlineString("short and stout"));
    assertThat(decode(route().setDirectResponse(action)).action())
        .usingRecursiveComparison()
        .isEqualTo(new Action.Respond(418, "short and stout"));
    DirectResponseAction.Builder bytes =
        DirectResponseAction.newBuilder()
            .setStatus(200)
            .setBody(DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(new byte[] {-1})));
    assertThat(((Action.Respond) decode(route().setDirectResponse(bytes)).action()).body())
        .containsExactly(-1);
  }

  @Test
  void redirects() throws Exception {
    RedirectAction.Builder all =
        RedirectAction.newBuilder()
            .setSchemeRedirect("https")
            .setHostRedirect("x.example")
            .setPortRedirect(8443)
            .setPathRedirect("/p?q")
            .setStripQuery(true)
            .setResponseCode(RedirectAction.RedirectResponseCode.PERMANENT_REDIRECT);
    assertThat(decode(route().setRedirect(all)).action())
        .isEqualTo(new Action.Redirect(308, "https", "x.example", 8443, "/p?q", null, null, true));
    RedirectAction.Builder prefix =
        RedirectAction.newBuilder().setHttpsRedirect(true).setPrefixRewrite("/new");
    assertThat(decode(route().setRedirect(prefix)).action())
        .isEqualTo(new Action.Redirect(301, "https", null, 0, null, "/new", null, false));
  }

  private static HTTPFault.Builder abort(FaultAbort.Builder abort) {
    return HTTPFault.newBuilder().setAbort(abort);
  }

  private static Fault fault(HTTPFault.Builder fault) throws Exception {
    return decode(
            route()
                .setRoute(to("c"))
                .putTypedPerFilterConfig("envoy.filters.http.fault", Any.pack(fault.build())))
        .fault();
  }

  @Test
  void faults() throws Exception {
    FractionalPercent.Builder share =
        FractionalPercent.newBuilder().setNumerator(125_000).setDenominatorValue(2);
    HTTPFault.Builder delay =
        HTTPFault.newBuilder()
            .setDelay(
                FaultDelay.newBuilder()
                    .setFixedDelay(Durations.fromMillis(1500))
                    .setPercentage(share));
    assertThat(fault(delay))
        .isEqualTo(
            new Fault(
                new Fault.Delay(Duration.ofMillis(1500), new Fraction(125_000, 1_000_000)), null));
    assertThat(fault(abort(FaultAbort.newBuilder().setHttpStatus(503))))
        .as("without a percentage it never happens")
        .isEqualTo(new Fault(null, new Fault.Abort(503, null, Fraction.NONE)));
    assertThat(
            fault(
                abort(
                    FaultAbort.newBuilder()
                        .setGrpcStatus(14)
                        .setPercentage(FractionalPercent.newBuilder().setNumerator(50)))))
        .isEqualTo(new Fault(null, new Fault.Abort(200, 14, new Fraction(50, 100))));
  }

  @Test
  void theInnermostFaultCounts() throws Exception {
    Any outer = Any.pack(abort(FaultAbort.newBuilder().setHttpStatus(500)).build());
    Any inner = Any.pack(abort(FaultAbort.newBuilder().setHttpStatus(501)).build());
    Any off = Any.pack(FilterConfig.newBuilder().setDisabled(true).build());
    String name = "envoy.filters.http.fault";
    VirtualHost.Builder host =
        VirtualHost.newBuilder()
            .setName("any")
            .addDomains("*")
            .putTypedPerFilterConfig(name, outer)
            .addRoutes(route().setRoute(to("c")))
            .addRoutes(route().setRoute(to("c")).putTypedPerFilterConfig(name, inner))
            .addRoutes(route().setRoute(to("c")).putTypedPerFilterConfig(name, off));
    var routes =
        ResourceType.ROUTES.decode(
            RouteConfiguration.newBuilder().addVirtualHosts(host).build().toByteArray(),
            IgnoredFields.UNHEARD);
    assertThat(routes.table().virtualHosts().get(0).routes())
        .extracting(
            route ->
                route.fault() == null || route.fault().abort() == null
                    ? 0
                    : route.fault().abort().status())
        .containsExactly(500, 501, 0);
  }

  @Test
  void otherOrigins() throws Exception {
    CorsPolicy cors =
        CorsPolicy.newBuilder()
            .addAllowOriginStringMatch(StringMatcher.newBuilder().setExact("http://a"))
            .setAllowMethods("GET,POST")
            .setAllowHeaders("x-h")
            .setExposeHeaders("x-e")
            .setMaxAge("60")
            .setAllowCredentials(BoolValue.of(true))
            .setForwardNotMatchingPreflights(BoolValue.of(false))
            .build();
    assertThat(
            decode(
                    route()
                        .setRoute(to("c"))
                        .putTypedPerFilterConfig("envoy.filters.http.cors", Any.pack(cors)))
                .cors())
        .isEqualTo(
            new dev.weft.engine.config.CorsPolicy(
                List.of(new StringMatch.Exact("http://a", false)),
                "GET,POST",
                "x-h",
                "x-e",
                "60",
                true,
                false,
                Fraction.ALL));
  }

  @Test
  void retriesElsewhere() throws Exception {
    RetryPolicy.RetryPriority priority =
        RetryPolicy.RetryPriority.newBuilder()
            .setName("envoy.retry_priorities.previous_priorities")
            .setTypedConfig(
                Any.pack(PreviousPrioritiesConfig.newBuilder().setUpdateFrequency(2).build()))
            .build();
    RouteAction.Builder action =
        to("c").setRetryPolicy(RetryPolicy.newBuilder().setRetryPriority(priority));
    assertThat(forward(action).retries().priorityUpdates()).isEqualTo(2);
    assertThat(
            forward(to("c").setRetryPolicy(RetryPolicy.getDefaultInstance()))
                .retries()
                .priorityUpdates())
        .isZero();
  }

  @Test
  void mirrors() throws Exception {
    RouteAction.Builder action =
        to("c")
            .addRequestMirrorPolicies(
                RouteAction.RequestMirrorPolicy.newBuilder()
                    .setCluster("m")
                    .setDisableShadowHostSuffixAppend(true)
                    .setRuntimeFraction(
                        RuntimeFractionalPercent.newBuilder()
                            .setDefaultValue(FractionalPercent.newBuilder().setNumerator(5))))
            .addRequestMirrorPolicies(
                RouteAction.RequestMirrorPolicy.newBuilder().setCluster("all"));
    assertThat(forward(action).mirrors())
        .containsExactly(
            new Mirror("m", new Fraction(5, 100), false), new Mirror("all", Fraction.ALL, true));
    Routes routes =
        ResourceType.ROUTES.decode(
            routes(route().setRoute(action).build()).toByteArray(), IgnoredFields.UNHEARD);
    assertThat(routes.clusters()).containsExactlyInAnyOrder("c", "m", "all");
  }

  @Test
  void clustersRewriteHostsOnTheirOwn() throws Exception {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setWeightedClusters(
                WeightedCluster.newBuilder()
                    .addClusters(
                        WeightedCluster.ClusterWeight.newBuilder()
                            .setName("a")
                            .setWeight(UInt32Value.of(1))
                            .setHostRewriteLiteral("a.com"))
                    .addClusters(
                        WeightedCluster.ClusterWeight.newBuilder()
                            .setName("b")
                            .setWeight(UInt32Value.of(1))));
    assertThat(forward(action).clusters())
        .extracting(dev.weft.engine.config.Route.WeightedCluster::authority)
        .containsExactly("a.com", null);
  }

  @Test
  void anEditToNothingIsNone() throws Exception {
    HeaderValueOption.Builder empty =
        HeaderValueOption.newBuilder().setHeader(HeaderValue.newBuilder().setKey("x-a"));
    var route =
        decode(
            route()
                .setRoute(to("c"))
                .addRequestHeadersToAdd(empty)
                .addRequestHeadersToAdd(empty.clone().setKeepEmptyValue(true)));
    assertThat(route.request().add()).containsExactly(Map.entry("x-a", ""));
  }

  private static Value value(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Metadata istio(String field, Value value) {
    return Metadata.newBuilder()
        .putFilterMetadata("istio", Struct.newBuilder().putFields(field, value).build())
        .build();
  }

  @Test
  void clusters() throws Exception {
    Struct service =
        Struct.newBuilder()
            .putFields("host", value("reviews.default.svc.cluster.local"))
            .putFields("name", value("reviews"))
            .putFields("namespace", value("default"))
            .build();
    Cluster cluster =
        Cluster.newBuilder()
            .setName("c")
            .setType(Cluster.DiscoveryType.EDS)
            .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
            .setConnectTimeout(Durations.fromSeconds(10))
            .setMetadata(
                istio(
                    "services",
                    Value.newBuilder()
                        .setListValue(
                            ListValue.newBuilder()
                                .addValues(Value.newBuilder().setStructValue(service)))
                        .build()))
            .build();
    ClusterConfig config =
        ResourceType.CLUSTERS.decode(cluster.toByteArray(), IgnoredFields.UNHEARD);
    assertThat(config.endpointsName()).isEqualTo("c");
    assertThat(config.cluster())
        .isEqualTo(
            new dev.weft.engine.config.Cluster(
                "c",
                dev.weft.engine.config.Cluster.Discovery.ENDPOINTS,
                dev.weft.engine.config.TrafficPolicy.of(
                        dev.weft.engine.config.Cluster.LoadBalancing.LEAST_REQUEST,
                        Duration.ofSeconds(10))
                    .withAvailability(
                        new dev.weft.engine.config.TrafficPolicy.Availability(50, 140, false))
                    .withLimits(new dev.weft.engine.config.Limits(1024, 1024, 1024, 3, null)),
                new dev.weft.engine.config.Cluster.Service(
                    "reviews.default.svc.cluster.local", "reviews", "default"),
                List.of()));
  }

  private static ClusterConfig named(Cluster.DiscoveryType type, String... hosts) throws Exception {
    LocalityLbEndpoints.Builder group = LocalityLbEndpoints.newBuilder();
    for (String host : hosts) {
      group.addLbEndpoints(endpoint(host));
    }
    return ResourceType.CLUSTERS.decode(
        Cluster.newBuilder()
            .setName("c")
            .setType(type)
            .setLoadAssignment(ClusterLoadAssignment.newBuilder().addEndpoints(group))
            .build()
            .toByteArray(),
        IgnoredFields.UNHEARD);
  }

  static LbEndpoint.Builder endpoint(String host) {
    return LbEndpoint.newBuilder()
        .setEndpoint(
            Endpoint.newBuilder()
                .setAddress(
                    Address.newBuilder()
                        .setSocketAddress(
                            SocketAddress.newBuilder().setAddress(host).setPortValue(80))));
  }

  @Test
  void clustersByName() throws Exception {
    var logical = named(Cluster.DiscoveryType.LOGICAL_DNS, "example.com").cluster();
    assertThat(logical.discovery()).isEqualTo(dev.weft.engine.config.Cluster.Discovery.LOGICAL);
    assertThat(logical.endpoints().get(0).address())
        .isEqualTo(InetSocketAddress.createUnresolved("example.com", 80));
    assertThat(named(Cluster.DiscoveryType.STRICT_DNS, "example.com").cluster().discovery())
        .isEqualTo(dev.weft.engine.config.Cluster.Discovery.LOGICAL);
    assertThat(named(Cluster.DiscoveryType.STRICT_DNS, "a", "b").cluster().discovery())
        .isEqualTo(dev.weft.engine.config.Cluster.Discovery.ENDPOINTS);
    assertThat(named(Cluster.DiscoveryType.STATIC, "10.0.0.1").cluster().endpoints()).hasSize(1);
    Cluster original =
        Cluster.newBuilder()
            .setName("c")
            .setType(Cluster.DiscoveryType.ORIGINAL_DST)
            .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
            .build();
    assertThat(
            ResourceType.CLUSTERS
                .decode(original.toByteArray(), IgnoredFields.UNHEARD)
                .cluster()
                .discovery())
        .isEqualTo(dev.weft.engine.config.Cluster.Discovery.ORIGINAL);
  }

  @Test
  void endpoints() throws Exception {
    ClusterLoadAssignment assignment =
        ClusterLoadAssignment.newBuilder()
            .setClusterName("c")
            .addEndpoints(
                LocalityLbEndpoints.newBuilder()
                    .addLbEndpoints(
                        endpoint("10.0.0.1")
                            .setLoadBalancingWeight(UInt32Value.of(3))
                            .setMetadata(istio("workload", value("w;ns;svc;v1;k8s")))))
            .addEndpoints(
                LocalityLbEndpoints.newBuilder()
                    .setPriority(1)
                    .addLbEndpoints(endpoint("fd00::1").setHealthStatus(HealthStatus.DRAINING))
                    .addLbEndpoints(endpoint("10.0.0.2").setHealthStatus(HealthStatus.TIMEOUT)))
            .build();
    var endpoints =
        ResourceType.ENDPOINTS.decode(assignment.toByteArray(), IgnoredFields.UNHEARD).endpoints();
    assertThat(endpoints)
        .containsExactly(
            new dev.weft.engine.config.Cluster.Endpoint(
                new InetSocketAddress(InetAddress.getByName("10.0.0.1"), 80),
                3,
                dev.weft.engine.config.Cluster.Health.HEALTHY,
                0,
                dev.weft.engine.config.Cluster.Workload.parse("w;ns;svc;v1;k8s")),
            new dev.weft.engine.config.Cluster.Endpoint(
                new InetSocketAddress(InetAddress.getByName("fd00::1"), 80),
                1,
                dev.weft.engine.config.Cluster.Health.DRAINING,
                1,
                dev.weft.engine.config.Cluster.Workload.UNKNOWN),
            new dev.weft.engine.config.Cluster.Endpoint(
                new InetSocketAddress(InetAddress.getByName("10.0.0.2"), 80),
                1,
                dev.weft.engine.config.Cluster.Health.UNHEALTHY,
                1,
                dev.weft.engine.config.Cluster.Workload.UNKNOWN));
  }

  @Test
  void hosts() throws Exception {
    HostTable table =
        HostTable.newBuilder()
            .addHosts("reviews")
            .addWildcards(".example.com")
            .addContextHeaders("end-user")
            .build();
    assertThat(ResourceType.HOSTS.decode(table.toByteArray(), IgnoredFields.UNHEARD))
        .isEqualTo(
            new Hosts(
                new dev.weft.engine.config.HostTable(
                    Set.of("reviews"), List.of(".example.com"), List.of("end-user")),
                List.of()));
    HostTable strict =
        table.toBuilder()
            .setOutboundTrafficPolicy(OutboundTrafficPolicy.REGISTRY_ONLY)
            .addOpaquePorts("reviews:5432")
            .addKnown(
                KnownService.newBuilder()
                    .addNames("db")
                    .addNames(".db")
                    .addAddresses("10.0.0.7")
                    .addAddresses("10.1.0.0/16")
                    .addPorts(5432)
                    .addPorts(5433)
                    .addEndpoints("10.0.0.8:80")
                    .addEndpoints("[fd00::8]:81")
                    .addEndpoints("db.internal:82"))
            .build();
    assertThat(
            ResourceType.HOSTS.decode(strict.toByteArray(), IgnoredFields.UNHEARD).table().others())
        .isEqualTo(
            dev.weft.engine.config.OutboundTrafficPolicy.registryOnly(
                Set.of("reviews:5432"),
                Places.builder()
                    .written("db:5432")
                    .written("db:5433")
                    .written("*.db:5432")
                    .written("*.db:5433")
                    .written("10.0.0.7:5432")
                    .written("10.0.0.7:5433")
                    .written("10.1.0.0/16:5432")
                    .written("10.1.0.0/16:5433")
                    .written("10.0.0.8:80")
                    .written("[fd00::8]:81")
                    .written("db.internal:82")
                    .build()));
  }

  @Test
  void inlineRoutes() throws Exception {
    var manager =
        io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
            .HttpConnectionManager.newBuilder()
            .setRouteConfig(routes(route().setRoute(to("c")).build()))
            .build();
    var listener =
        io.envoyproxy.envoy.config.listener.v3.Listener.newBuilder()
            .setName("a:80")
            .setApiListener(
                io.envoyproxy.envoy.config.listener.v3.ApiListener.newBuilder()
                    .setApiListener(Any.pack(manager)))
            .build();
    Listener decoded = ResourceType.LISTENERS.decode(listener.toByteArray(), IgnoredFields.UNHEARD);
    assertThat(decoded.routeName()).isNull();
    assertThat(decoded.inline()).isNotNull();
    assertThat(decoded.inline().clusters()).containsExactly("c");
  }
}
