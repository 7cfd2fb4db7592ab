package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RateLimit.Action;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.xds.wire.IgnoredFields;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalClusterRateLimit;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Envoy's rate-limit filters, as the control service or anybody else sends them. */
class RateLimitDecodeTest {

  private static final RuntimeFractionalPercent ALL =
      RuntimeFractionalPercent.newBuilder()
          .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100))
          .build();

  private static TokenBucket.Builder bucket(int max) {
    return TokenBucket.newBuilder()
        .setMaxTokens(max)
        .setTokensPerFill(UInt32Value.of(2))
        .setFillInterval(Durations.fromSeconds(3));
  }

  private static RateLimit.TokenBucket decoded(int max) {
    return new RateLimit.TokenBucket(max, 2, Duration.ofSeconds(3));
  }

  private static LocalRateLimit.Builder local() {
    return LocalRateLimit.newBuilder()
        .setStatPrefix("name")
        .setFilterEnabled(ALL)
        .setFilterEnforced(ALL);
  }

  private static io.envoyproxy.envoy.config.route.v3.RateLimit.Action header(String name) {
    return io.envoyproxy.envoy.config.route.v3.RateLimit.Action.newBuilder()
        .setRequestHeaders(
            io.envoyproxy.envoy.config.route.v3.RateLimit.Action.RequestHeaders.newBuilder()
                .setHeaderName(name)
                .setDescriptorKey("user"))
        .build();
  }

  private static io.envoyproxy.envoy.config.route.v3.RateLimit.Action expression(String text) {
    return io.envoyproxy.envoy.config.route.v3.RateLimit.Action.newBuilder()
        .setExtension(
            TypedExtensionConfig.newBuilder()
                .setName("expr")
                .setTypedConfig(
                    Any.pack(
                        Descriptor.newBuilder().setDescriptorKey("key").setText(text).build())))
        .build();
  }

  private static io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.Builder
      global() {
    return io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.newBuilder()
        .setDomain("shop")
        .setStage(3)
        .setRateLimitService(
            RateLimitServiceConfig.newBuilder()
                .setGrpcService(
                    GrpcService.newBuilder()
                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName("rls"))));
  }

  private static HttpConnectionManager.Builder manager(Message... configs) {
    HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder();
    for (Message config : configs) {
      manager.addHttpFilters(
          HttpFilter.newBuilder().setName("filter").setTypedConfig(Any.pack(config)));
    }
    return manager;
  }

  private static List<RateLimit> decode(HttpConnectionManager.Builder manager) throws Exception {
    return ResourceType.INBOUND_HTTP
        .decode(manager.build().toByteArray(), IgnoredFields.UNHEARD)
        .limits();
  }

  private static void refused(String reason, Message... configs) {
    assertThatThrownBy(() -> decode(manager(configs)))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessage(reason);
  }

  @Test
  void localOfAll() throws Exception {
    LocalRateLimit filter =
        local()
            .setTokenBucket(bucket(7))
            .setEnableXRatelimitHeaders(XRateLimitHeadersRFCVersion.DRAFT_VERSION_03)
            .setRateLimitedAsResourceExhausted(true)
            .build();
    assertThat(decode(manager(filter, Router.getDefaultInstance())))
        .containsExactly(
            new RateLimit.Local(
                "name",
                decoded(7),
                true,
                List.of(),
                List.of(),
                20,
                new RateLimit.Replies(true, true)));
  }

  @Test
  void localByDescriptors() throws Exception {
    LocalRateLimit filter =
        local()
            .setAlwaysConsumeDefaultTokenBucket(BoolValue.of(false))
            .setMaxDynamicDescriptors(UInt32Value.of(50))
            .addRateLimits(
                io.envoyproxy.envoy.config.route.v3.RateLimit.newBuilder()
                    .addActions(header("X-User"))
                    .addActions(expression("connection.uri_san_peer_certificate")))
            .addDescriptors(
                LocalRateLimitDescriptor.newBuilder()
                    .addEntries(RateLimitDescriptor.Entry.newBuilder().setKey("user"))
                    .addEntries(
                        RateLimitDescriptor.Entry.newBuilder().setKey("key").setValue("spiffe"))
                    .setTokenBucket(bucket(2)))
            .build();
    assertThat(decode(manager(filter)))
        .containsExactly(
            new RateLimit.Local(
                "name",
                null,
                false,
                List.of(new Action.RequestHeader("user", "x-user"), new Action.Principal("key")),
                List.of(
                    new RateLimit.Descriptor(
                        List.of(
                            new RateLimit.Entry("user", ""), new RateLimit.Entry("key", "spiffe")),
                        decoded(2))),
                50,
                RateLimit.Replies.PLAIN));
  }

  @Test
  void globalByItsStage() throws Exception {
    var matching =
        io.envoyproxy.envoy.config.route.v3.RateLimit.Action.newBuilder()
            .setHeaderValueMatch(
                io.envoyproxy.envoy.config.route.v3.RateLimit.Action.HeaderValueMatch.newBuilder()
                    .setDescriptorValue("v")
                    .setExpectMatch(BoolValue.of(false))
                    .addHeaders(
                        HeaderMatcher.newBuilder()
                            .setName(":method")
                            .setStringMatch(StringMatcher.newBuilder().setExact("GET"))));
    var generic =
        io.envoyproxy.envoy.config.route.v3.RateLimit.Action.newBuilder()
            .setGenericKey(
                io.envoyproxy.envoy.config.route.v3.RateLimit.Action.GenericKey.newBuilder()
                    .setDescriptorValue("all"));
    var remote =
        io.envoyproxy.envoy.config.route.v3.RateLimit.Action.newBuilder()
            .setRemoteAddress(
                io.envoyproxy.envoy.config.route.v3.RateLimit.Action.RemoteAddress
                    .getDefaultInstance());
    HttpConnectionManager.Builder manager =
        manager(global().setTimeout(Durations.fromMillis(250)).setFailureModeDeny(true).build())
            .setRouteConfig(
                RouteConfiguration.newBuilder()
                    .addVirtualHosts(
                        VirtualHost.newBuilder()
                            .addRateLimits(
                                io.envoyproxy.envoy.config.route.v3.RateLimit.newBuilder()
                                    .addActions(header("other-stage")))
                            .addRateLimits(
                                io.envoyproxy.envoy.config.route.v3.RateLimit.newBuilder()
                                    .setStage(UInt32Value.of(3))
                                    .addActions(matching)
                                    .addActions(generic)
                                    .addActions(remote)
                                    .addActions(expression("request.url_path")))));
    assertThat(decode(manager))
        .containsExactly(
            new RateLimit.Global(
                "rls",
                "shop",
                List.of(
                    List.of(
                        new Action.HeaderValueMatch(
                            "header_match",
                            "v",
                            false,
                            List.of(
                                new HeaderMatch(
                                    ":method", new StringMatch.Exact("GET", false), false, false))),
                        new Action.GenericKey("generic_key", "all"),
                        new Action.RemoteAddress("remote_address"),
                        new Action.Path("key"))),
                Duration.ofMillis(250),
                true,
                RateLimit.Replies.PLAIN));
    assertThat(((RateLimit.Global) decode(manager(global().build())).get(0)).timeout())
        .as("Envoy's own")
        .isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void whatWouldLimitOtherwiseThanWritten() {
    refused(
        "http_filters[0].typed_config.filter_enabled: 0 of 1 (expected: all of them)",
        local().clearFilterEnabled().setTokenBucket(bucket(1)).build());
    refused(
        "http_filters[0].typed_config.token_bucket: bucket of 0, 2 each PT3S (expected: above 0)",
        local().setTokenBucket(bucket(0)).build());
    refused(
        "http_filters[0].typed_config.rate_limits: absent (expected: what descriptors are made of)",
        local()
            .addDescriptors(
                LocalRateLimitDescriptor.newBuilder()
                    .addEntries(RateLimitDescriptor.Entry.newBuilder().setKey("a"))
                    .setTokenBucket(bucket(1)))
            .build());
    refused(
        "http_filters[0].typed_config.rate_limits[0].actions[0].extension.text: \"a.b\" (expected:"
            + " connection.uri_san_peer_certificate or request.url_path)",
        local()
            .addRateLimits(
                io.envoyproxy.envoy.config.route.v3.RateLimit.newBuilder()
                    .addActions(expression("a.b")))
            .build());
    refused(
        "http_filters[0].typed_config.rate_limit_service.grpc_service: no cluster (expected:"
            + " envoy_grpc.cluster_name)",
        global().clearRateLimitService().build());
    refused(
        "http_filters[0].typed_config.domain: empty (expected: the service's domain)",
        global().clearDomain().build());
    assertThatThrownBy(
            () ->
                decode(
                    manager(
                        local()
                            .setTokenBucket(bucket(1))
                            .setLocalClusterRateLimit(LocalClusterRateLimit.getDefaultInstance())
                            .build())))
        .hasMessageContaining("local_cluster_rate_limit");
    assertThatThrownBy(() -> decode(manager(RBAC.getDefaultInstance())))
        .hasMessageContaining("RBAC");
  }
}
