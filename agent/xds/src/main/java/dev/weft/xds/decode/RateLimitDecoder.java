package dev.weft.xds.decode;

import dev.weft.engine.config.Fraction;
import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RateLimit.Descriptor;
import dev.weft.engine.config.RateLimit.Entry;
import dev.weft.engine.config.RateLimit.Replies;
import dev.weft.engine.config.RateLimit.TokenBucket;
import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.BoolValue;
import dev.weft.xds.proto.GrpcService;
import dev.weft.xds.proto.HttpFilter;
import dev.weft.xds.proto.LocalRateLimit;
import dev.weft.xds.proto.LocalRateLimitDescriptor;
import dev.weft.xds.proto.RateLimitDescriptorEntry;
import dev.weft.xds.proto.RateLimitFilter;
import dev.weft.xds.proto.RateLimitServiceConfig;
import dev.weft.xds.proto.RouteRateLimit;
import dev.weft.xds.proto.RuntimeFractionalPercent;
import dev.weft.xds.proto.UInt32Value;
import dev.weft.xds.proto.XRateLimitHeadersRFCVersion;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.local_ratelimit} and {@code envoy.filters.http.ratelimit}. */
final class RateLimitDecoder {

  private static final String HTTP = "type.googleapis.com/envoy.extensions.filters.http.";
  private static final String LOCAL = HTTP + "local_ratelimit.v3.LocalRateLimit";
  private static final String GLOBAL = HTTP + "ratelimit.v3.RateLimit";
  private static final int USUAL_KEYS = 20;
  private static final Duration USUAL_TIMEOUT = Duration.ofMillis(20);

  private final IgnoredFields ignored;
  private final RateLimitActionDecoder actions;

  RateLimitDecoder(IgnoredFields ignored) {
    this.ignored = ignored;
    this.actions = new RateLimitActionDecoder(ignored);
  }

  static boolean decodes(HttpFilter filter) {
    Any config = filter.typedConfig();
    return config != null && (config.typeUrl().equals(LOCAL) || config.typeUrl().equals(GLOBAL));
  }

  /**
   * One of these filters.
   *
   * @param policies of the virtual host, in which a filter finds its own by its stage
   */
  RateLimit limit(HttpFilter filter, List<RouteRateLimit> policies, Where where)
      throws InvalidResourceException {
    Any config = filter.typedConfig();
    if (config == null) {
      throw where.refuse("absent (expected: a limit)");
    }
    Where here = where.in("typed_config");
    try {
      WireReader in = new WireReader(config.value(), ignored);
      return config.typeUrl().equals(LOCAL)
          ? local(LocalRateLimit.parse(in), here)
          : global(RateLimitFilter.parse(in), policies, here);
    } catch (InvalidMessageException e) {
      throw here.refuse(e.getMessage());
    }
  }

  private RateLimit local(LocalRateLimit filter, Where where)
      throws InvalidResourceException, InvalidMessageException {
    all(filter.filterEnabled(), where.in("filter_enabled"));
    all(filter.filterEnforced(), where.in("filter_enforced"));
    List<RouteRateLimit> own = filter.rateLimits();
    if (own.size() > 1) {
      throw where.in("rate_limits").refuse(own.size() + " (expected: one at most)");
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < filter.descriptors().size(); i++) {
      descriptors.add(descriptor(filter.descriptors().get(i), where.in("descriptors", i)));
    }
    if (!descriptors.isEmpty() && own.isEmpty()) {
      throw where.in("rate_limits").refuse("absent (expected: what descriptors are made of)");
    }
    UInt32Value keys = filter.maxDynamicDescriptors();
    return new RateLimit.Local(
        filter.statPrefix(),
        filter.tokenBucket() == null ? null : bucket(filter.tokenBucket(), where),
        isNotFalse(filter.alwaysConsumeDefaultTokenBucket()),
        own.isEmpty() ? List.of() : actions.of(own.get(0), where.in("rate_limits", 0)),
        descriptors,
        keys == null
            ? USUAL_KEYS
            : Numbers.from(1, keys.value(), where.in("max_dynamic_descriptors")),
        replies(filter.enableXRatelimitHeaders(), filter.rateLimitedAsResourceExhausted(), where));
  }

  // Where a sidecar would only watch, or would do nothing, it is better to say so than to limit.
  private static void all(@Nullable RuntimeFractionalPercent share, Where where)
      throws InvalidResourceException {
    Fraction found = share == null ? Fraction.NONE : Fractions.orAll(share, where);
    if (found.numerator() < found.denominator()) {
      throw where.refuse(
          found.numerator() + " of " + found.denominator() + " (expected: all of them)");
    }
  }

  private static boolean isNotFalse(@Nullable BoolValue value) {
    return value == null || value.value();
  }

  private static Descriptor descriptor(LocalRateLimitDescriptor descriptor, Where where)
      throws InvalidResourceException {
    List<Entry> entries = new ArrayList<>();
    for (RateLimitDescriptorEntry each : descriptor.entries()) {
      entries.add(new Entry(each.key(), each.value()));
    }
    if (entries.isEmpty()) {
      throw where.in("entries").refuse("absent (expected: one at least)");
    }
    if (descriptor.tokenBucket() == null) {
      throw where.in("token_bucket").refuse("absent (expected: a bucket)");
    }
    return new Descriptor(entries, bucket(descriptor.tokenBucket(), where));
  }

  private static TokenBucket bucket(dev.weft.xds.proto.TokenBucket bucket, Where where)
      throws InvalidResourceException {
    Where here = where.in("token_bucket");
    Duration interval = Durations.of(bucket.fillInterval(), here.in("fill_interval"));
    UInt32Value tokens = bucket.tokensPerFill();
    try {
      return new TokenBucket(
          bucket.maxTokens(),
          tokens == null ? 1 : tokens.value(),
          interval == null ? Duration.ZERO : interval);
    } catch (IllegalArgumentException e) {
      throw here.refuse(String.valueOf(e.getMessage()));
    }
  }

  private RateLimit global(RateLimitFilter filter, List<RouteRateLimit> policies, Where where)
      throws InvalidResourceException, InvalidMessageException {
    if (filter.domain().isEmpty()) {
      throw where.in("domain").refuse("empty (expected: the service's domain)");
    }
    List<List<RateLimit.Action>> descriptors = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      UInt32Value stage = policies.get(i).stage();
      if ((stage == null ? 0 : stage.value()) == filter.stage()) {
        descriptors.add(actions.of(policies.get(i), Where.ROOT.in("rate_limits", i)));
      }
    }
    return new RateLimit.Global(
        cluster(filter.rateLimitService(), where.in("rate_limit_service")),
        filter.domain(),
        descriptors,
        timeout(filter, where.in("timeout")),
        filter.failureModeDeny(),
        replies(filter.enableXRatelimitHeaders(), filter.rateLimitedAsResourceExhausted(), where));
  }

  private static Duration timeout(RateLimitFilter filter, Where where)
      throws InvalidResourceException {
    Duration timeout = Durations.orIfZero(Durations.of(filter.timeout(), where), USUAL_TIMEOUT);
    return timeout == null ? USUAL_TIMEOUT : timeout;
  }

  private static String cluster(@Nullable RateLimitServiceConfig service, Where where)
      throws InvalidResourceException {
    GrpcService grpc = service == null ? null : service.grpcService();
    String cluster = grpc == null || grpc.envoyGrpc() == null ? "" : grpc.envoyGrpc().clusterName();
    if (cluster.isEmpty()) {
      throw where.in("grpc_service").refuse("no cluster (expected: envoy_grpc.cluster_name)");
    }
    return cluster;
  }

  private static Replies replies(int headers, boolean exhausted, Where where)
      throws InvalidResourceException {
    return switch (headers) {
      case XRateLimitHeadersRFCVersion.OFF -> new Replies(false, exhausted);
      case XRateLimitHeadersRFCVersion.DRAFT_VERSION_03 -> new Replies(true, exhausted);
      default ->
          throw where
              .in("enable_x_ratelimit_headers")
              .refuse(headers + " (expected: OFF or DRAFT_VERSION_03)");
    };
  }
}
