package dev.weft.xds.decode;

import dev.weft.engine.config.OutlierDetection;
import dev.weft.engine.config.OutlierDetection.Ejection;
import dev.weft.engine.config.OutlierDetection.Threshold;
import dev.weft.xds.proto.Cluster;
import dev.weft.xds.proto.UInt32Value;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.config.cluster.v3.OutlierDetection}, with Envoy's defaults. What it says of success
 * rates and failure percentages is ignored.
 */
final class OutlierDecoder {

  private static final int ALWAYS = 100;
  private static final int DEFAULT_COUNT = 5;
  private static final int DEFAULT_PERCENT = 10;
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
  private static final Duration DEFAULT_EJECTION = Duration.ofSeconds(30);
  private static final Duration DEFAULT_LONGEST = Duration.ofMinutes(5);

  /** So that sums of nanoseconds stay within a long. */
  private static final Duration FOREVER = Duration.ofDays(3650);

  private final dev.weft.xds.proto.OutlierDetection message;
  private final Set<Integer> errors;
  private final Where where;

  private OutlierDecoder(
      dev.weft.xds.proto.OutlierDetection message, Set<Integer> errors, Where where) {
    this.message = message;
    this.errors = errors;
    this.where = where;
  }

  /** Null without detection. */
  static @Nullable OutlierDetection detection(Cluster cluster, Where where)
      throws InvalidResourceException {
    dev.weft.xds.proto.OutlierDetection message = cluster.outlierDetection();
    if (message == null) {
      return null;
    }
    Set<Integer> errors =
        Metadata.numbers(Metadata.weft(cluster.metadata()), "outlier_detection_http_error_codes");
    return new OutlierDecoder(message, errors, where.in("outlier_detection")).detection();
  }

  private OutlierDetection detection() throws InvalidResourceException {
    Duration base = duration(message.baseEjectionTime(), "base_ejection_time", DEFAULT_EJECTION);
    Duration longest = DEFAULT_LONGEST.compareTo(base) < 0 ? base : DEFAULT_LONGEST;
    Duration most = duration(message.maxEjectionTime(), "max_ejection_time", longest);
    if (most.compareTo(base) < 0) {
      throw where
          .in("max_ejection_time")
          .refuse(most + " (expected: at least base_ejection_time, " + base + ")");
    }
    Duration interval = duration(message.interval(), "interval", DEFAULT_INTERVAL);
    if (interval.isZero()) {
      throw where.in("interval").refuse("0 (expected: above 0)");
    }
    return new OutlierDetection(
        new Threshold(
            count(message.consecutive5xx(), "consecutive_5xx"),
            percent(message.enforcingConsecutive5xx(), "enforcing_consecutive_5xx", ALWAYS)),
        new Threshold(
            count(message.consecutiveGatewayFailure(), "consecutive_gateway_failure"),
            percent(
                message.enforcingConsecutiveGatewayFailure(),
                "enforcing_consecutive_gateway_failure",
                0)),
        new Threshold(
            count(message.consecutiveLocalOriginFailure(), "consecutive_local_origin_failure"),
            percent(
                message.enforcingConsecutiveLocalOriginFailure(),
                "enforcing_consecutive_local_origin_failure",
                ALWAYS)),
        message.splitExternalLocalOriginErrors(),
        interval,
        new Ejection(
            base,
            most,
            duration(message.maxEjectionTimeJitter(), "max_ejection_time_jitter", Duration.ZERO)),
        percent(message.maxEjectionPercent(), "max_ejection_percent", DEFAULT_PERCENT),
        message.alwaysEjectOneHost() != null && message.alwaysEjectOneHost().value(),
        errors);
  }

  private int count(@Nullable UInt32Value value, String field) throws InvalidResourceException {
    return value == null ? DEFAULT_COUNT : Numbers.from(0, value.value(), where.in(field));
  }

  private int percent(@Nullable UInt32Value value, String field, int otherwise)
      throws InvalidResourceException {
    if (value != null && value.value() > ALWAYS) {
      throw where.in(field).refuse(value.value() + " (expected: 0 to 100)");
    }
    return value == null ? otherwise : (int) value.value();
  }

  private Duration duration(
      dev.weft.xds.proto.@Nullable Duration value, String field, Duration otherwise)
      throws InvalidResourceException {
    Duration duration = Durations.of(value, where.in(field));
    if (duration == null) {
      return otherwise;
    }
    return duration.compareTo(FOREVER) < 0 ? duration : FOREVER;
  }
}
