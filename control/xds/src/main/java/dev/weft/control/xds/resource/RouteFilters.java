package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import dev.weft.control.model.CorsPolicy;
import dev.weft.control.model.Fault;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route says to filters that stand before the router, and these filters themselves. */
final class RouteFilters {

  static final String FAULT = "envoy.filters.http.fault";
  static final String CORS = "envoy.filters.http.cors";

  private static final HttpFilter FAULT_FILTER =
      HttpFilter.newBuilder()
          .setName(FAULT)
          .setTypedConfig(Any.pack(HTTPFault.getDefaultInstance()))
          .build();

  private static final HttpFilter CORS_FILTER =
      HttpFilter.newBuilder()
          .setName(CORS)
          .setTypedConfig(Any.pack(Cors.getDefaultInstance()))
          .build();

  private static final RuntimeFractionalPercent ALWAYS =
      RuntimeFractionalPercent.newBuilder().setDefaultValue(percent(null)).build();

  private RouteFilters() {}

  /** In istiod's order; a gRPC client would reject what it does not know. */
  static List<HttpFilter> before(Profile profile) {
    return profile == Profile.GRPC ? List.of(FAULT_FILTER) : List.of(FAULT_FILTER, CORS_FILTER);
  }

  static HTTPFault fault(Fault fault) {
    HTTPFault.Builder built = HTTPFault.newBuilder();
    if (fault.delay() != null) {
      Integer share = fault.delay().share();
      built.setDelay(
          FaultDelay.newBuilder()
              .setFixedDelay(Values.duration(fault.delay().duration()))
              .setPercentage(
                  share == null ? FractionalPercent.getDefaultInstance() : percent(share)));
    }
    if (fault.abort() != null) {
      built.setAbort(abort(fault.abort()));
    }
    return built.build();
  }

  private static FaultAbort abort(Fault.Abort abort) {
    FaultAbort.Builder built = FaultAbort.newBuilder();
    if (abort.httpStatus() != null) {
      built.setHttpStatus(abort.httpStatus());
    } else if (abort.grpcStatus() != null) {
      built.setGrpcStatus(abort.grpcStatus());
    }
    if (abort.share() != null) {
      built.setPercentage(percent(abort.share()));
    }
    return built.build();
  }

  static io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy cors(CorsPolicy cors) {
    var built =
        io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy.newBuilder()
            .setFilterEnabled(ALWAYS)
            .setAllowMethods(String.join(",", cors.allowMethods()))
            .setAllowHeaders(String.join(",", cors.allowHeaders()))
            .setExposeHeaders(String.join(",", cors.exposeHeaders()))
            .setForwardNotMatchingPreflights(BoolValue.of(cors.forwardUnmatched()));
    cors.allowOrigins().forEach(origin -> built.addAllowOriginStringMatch(Matches.string(origin)));
    if (cors.allowCredentials() != null) {
      built.setAllowCredentials(BoolValue.of(cors.allowCredentials()));
    }
    if (cors.maxAge() != null) {
      built.setMaxAge(Long.toString(cors.maxAge().toSeconds()));
    }
    return built.build();
  }

  /** Of millionths; null is all. */
  static FractionalPercent percent(@Nullable Integer share) {
    return share == null
        ? FractionalPercent.newBuilder().setNumerator(100).build()
        : FractionalPercent.newBuilder()
            .setNumerator(share)
            .setDenominator(FractionalPercent.DenominatorType.MILLION)
            .build();
  }
}
