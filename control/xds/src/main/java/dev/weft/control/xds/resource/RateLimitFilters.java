package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.UInt32Value;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.RateLimitPolicy.Global;
import dev.weft.control.model.RateLimitPolicy.Local;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor.Entry;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import java.util.List;
import java.util.Map;

/** Limits as Envoy's filters have them: one filter for each, so that a request must pass all. */
final class RateLimitFilters {

  private static final String LOCAL = "envoy.filters.http.local_ratelimit";
  private static final String GLOBAL = "envoy.filters.http.ratelimit";

  private static final RuntimeFractionalPercent ALWAYS =
      RuntimeFractionalPercent.newBuilder().setDefaultValue(RouteFilters.percent(null)).build();

  private RateLimitFilters() {}

  static HttpFilter local(RateLimitPolicy policy, Local limit) {
    LocalRateLimit.Builder built =
        LocalRateLimit.newBuilder()
            .setStatPrefix(name(policy, limit))
            .setFilterEnabled(ALWAYS)
            .setFilterEnforced(ALWAYS)
            .setAlwaysConsumeDefaultTokenBucket(BoolValue.of(false))
            .setMaxDynamicDescriptors(UInt32Value.of(limit.maxKeys()))
            .setRateLimitedAsResourceExhausted(limit.replies().resourceExhausted());
    if (limit.replies().rateLimitHeaders()) {
      built.setEnableXRatelimitHeaders(XRateLimitHeadersRFCVersion.DRAFT_VERSION_03);
    }
    if (limit.actions().isEmpty() && limit.match().equals(RateLimitPolicy.Condition.NONE)) {
      built.setTokenBucket(bucket(limit.bucket()));
    } else {
      built.addRateLimits(RateLimitActions.of(limit.match(), limit.actions()));
      for (RateLimitPolicy.Particular each : limit.overrides()) {
        built.addDescriptors(descriptor(limit, each.values(), each.bucket()));
      }
      built.addDescriptors(descriptor(limit, Map.of(), limit.bucket()));
    }
    return filter(LOCAL, Any.pack(built.build()));
  }

  private static String name(RateLimitPolicy policy, Local limit) {
    return policy.id().namespace() + "/" + policy.id().name() + "/" + limit.name();
  }

  private static LocalRateLimitDescriptor descriptor(
      Local limit, Map<String, String> values, RateLimitPolicy.TokenBucket bucket) {
    LocalRateLimitDescriptor.Builder built =
        LocalRateLimitDescriptor.newBuilder().setTokenBucket(bucket(bucket));
    if (!limit.match().equals(RateLimitPolicy.Condition.NONE)) {
      built.addEntries(entry(RateLimitActions.MATCH_KEY, RateLimitActions.MATCHES));
    }
    for (RateLimitPolicy.Action action : limit.actions()) {
      String fixed =
          action instanceof RateLimitPolicy.Action.GenericKey generic ? generic.value() : "";
      built.addEntries(entry(action.key(), values.getOrDefault(action.key(), fixed)));
    }
    return built.build();
  }

  /** Without a value: any, each with a bucket of its own. */
  private static Entry entry(String key, String value) {
    return Entry.newBuilder().setKey(key).setValue(value).build();
  }

  private static TokenBucket bucket(RateLimitPolicy.TokenBucket bucket) {
    return TokenBucket.newBuilder()
        .setMaxTokens((int) bucket.maxTokens())
        .setTokensPerFill(UInt32Value.of((int) bucket.tokensPerFill()))
        .setFillInterval(Values.duration(bucket.fillInterval()))
        .build();
  }

  /**
   * @param stage by which the filter finds its descriptors among those of the virtual host
   */
  static HttpFilter global(Global limit, int stage) {
    RateLimit.Builder built =
        RateLimit.newBuilder()
            .setDomain(limit.domain())
            .setStage(stage)
            .setTimeout(Values.duration(limit.timeout()))
            .setFailureModeDeny(limit.failureModeDeny())
            .setRateLimitedAsResourceExhausted(limit.replies().resourceExhausted())
            .setRateLimitService(service(Names.cluster(limit.destination())));
    if (limit.replies().rateLimitHeaders()) {
      built.setEnableXRatelimitHeaders(RateLimit.XRateLimitHeadersRFCVersion.DRAFT_VERSION_03);
    }
    return filter(GLOBAL, Any.pack(built.build()));
  }

  private static RateLimitServiceConfig service(String cluster) {
    return RateLimitServiceConfig.newBuilder()
        .setTransportApiVersion(ApiVersion.V3)
        .setGrpcService(
            GrpcService.newBuilder()
                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster)))
        .build();
  }

  /** What the filter of this stage asks about. */
  static List<io.envoyproxy.envoy.config.route.v3.RateLimit> descriptors(Global limit, int stage) {
    return limit.descriptors().stream()
        .map(
            each ->
                RateLimitActions.of(each.match(), each.actions()).toBuilder()
                    .setStage(UInt32Value.of(stage))
                    .build())
        .toList();
  }

  private static HttpFilter filter(String name, Any config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(config).build();
  }
}
