package dev.weft.xds.decode;

import dev.weft.engine.config.CorsPolicy;
import dev.weft.engine.config.Fault;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.xds.proto.FaultAbort;
import dev.weft.xds.proto.FaultDelay;
import dev.weft.xds.proto.HTTPFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of {@code envoy.extensions.filters.http.fault} and {@code .cors}. */
final class FilterDecoder {

  private static final int MOST_GRPC = 16;

  private FilterDecoder() {}

  static Fault fault(HTTPFault fault, Where where) throws InvalidResourceException {
    return new Fault(
        fault.delay() == null ? null : delay(fault.delay(), where.in("delay")),
        fault.abort() == null ? null : abort(fault.abort(), where.in("abort")));
  }

  private static Fault.Delay delay(FaultDelay delay, Where where) throws InvalidResourceException {
    Duration fixed = Durations.of(delay.fixedDelay(), where.in("fixed_delay"));
    if (fixed == null || fixed.isZero()) {
      throw where.in("fixed_delay").refuse(fixed + " (expected: above 0)");
    }
    return new Fault.Delay(fixed, Fractions.of(delay.percentage(), where.in("percentage")));
  }

  private static Fault.Abort abort(FaultAbort abort, Where where) throws InvalidResourceException {
    var share = Fractions.of(abort.percentage(), where.in("percentage"));
    Long http = abort.httpStatus();
    if (http != null) {
      if (http < 200 || http > 599) {
        throw where.in("http_status").refuse(http + " (expected: 200 to 599)");
      }
      return new Fault.Abort(http.intValue(), null, share);
    }
    Long grpc = abort.grpcStatus();
    if (grpc == null || grpc < 0 || grpc > MOST_GRPC) {
      throw where.in("grpc_status").refuse(grpc + " (expected: 0 to " + MOST_GRPC + ")");
    }
    return new Fault.Abort(200, grpc.intValue(), share);
  }

  static CorsPolicy cors(dev.weft.xds.proto.CorsPolicy cors, Where where)
      throws InvalidResourceException {
    List<StringMatch> origins = new ArrayList<>();
    for (int i = 0; i < cors.allowOriginStringMatch().size(); i++) {
      origins.add(
          MatchDecoder.text(
              cors.allowOriginStringMatch().get(i), where.in("allow_origin_string_match", i)));
    }
    return new CorsPolicy(
        origins,
        cors.allowMethods(),
        cors.allowHeaders(),
        cors.exposeHeaders(),
        cors.maxAge(),
        cors.allowCredentials() != null && cors.allowCredentials().value(),
        isNotFalse(cors.forwardNotMatchingPreflights()),
        Fractions.orAll(cors.filterEnabled(), where.in("filter_enabled")));
  }

  private static boolean isNotFalse(dev.weft.xds.proto.@Nullable BoolValue value) {
    return value == null || value.value();
  }
}
