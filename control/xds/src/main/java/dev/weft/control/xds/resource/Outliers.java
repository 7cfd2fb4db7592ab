package dev.weft.control.xds.resource;

import com.google.protobuf.UInt32Value;
import dev.weft.control.model.TrafficPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.type.v3.Percent;
import org.jspecify.annotations.Nullable;

/** Who is left out for failing, and what happens then, as istiod's applyOutlierDetection has it. */
final class Outliers {

  private static final int ALWAYS = 100;

  private Outliers() {}

  /** Istio's default: never pick unhealthy endpoints for want of healthy ones. */
  static CommonLbConfig common(TrafficPolicy policy) {
    int minimum =
        policy.outlierDetection() == null ? 0 : policy.outlierDetection().minHealthPercent();
    CommonLbConfig.Builder common =
        CommonLbConfig.newBuilder()
            .setHealthyPanicThreshold(Percent.newBuilder().setValue(minimum));
    if (policy.weighsLocalities()) {
      common.setLocalityWeightedLbConfig(
          CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    }
    return common.build();
  }

  static OutlierDetection detection(dev.weft.control.model.OutlierDetection settings) {
    OutlierDetection.Builder built =
        OutlierDetection.newBuilder().setEnforcingSuccessRate(UInt32Value.of(0));
    if (settings.consecutive5xx() != null) {
      built
          .setConsecutive5Xx(UInt32Value.of(settings.consecutive5xx()))
          .setEnforcingConsecutive5Xx(enforcing(settings.consecutive5xx()));
    }
    if (settings.consecutiveGatewayErrors() != null) {
      built
          .setConsecutiveGatewayFailure(UInt32Value.of(settings.consecutiveGatewayErrors()))
          .setEnforcingConsecutiveGatewayFailure(enforcing(settings.consecutiveGatewayErrors()));
    }
    if (settings.interval() != null) {
      built.setInterval(Values.duration(settings.interval()));
    }
    if (settings.baseEjectionTime() != null) {
      built.setBaseEjectionTime(Values.duration(settings.baseEjectionTime()));
    }
    if (settings.maxEjectionPercent() > 0) {
      built.setMaxEjectionPercent(UInt32Value.of(settings.maxEjectionPercent()));
    }
    if (settings.splitLocalOrigin()) {
      split(built, settings.consecutiveLocalOriginFailures());
    }
    return built.build();
  }

  private static void split(OutlierDetection.Builder built, @Nullable Integer failures) {
    built
        .setSplitExternalLocalOriginErrors(true)
        .setEnforcingLocalOriginSuccessRate(UInt32Value.of(0));
    if (failures != null && failures > 0) {
      built
          .setConsecutiveLocalOriginFailure(UInt32Value.of(failures))
          .setEnforcingConsecutiveLocalOriginFailure(UInt32Value.of(ALWAYS));
    }
  }

  private static UInt32Value enforcing(int count) {
    return UInt32Value.of(count > 0 ? ALWAYS : 0);
  }
}
