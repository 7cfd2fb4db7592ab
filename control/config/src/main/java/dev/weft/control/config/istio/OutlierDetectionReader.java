package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.OutlierDetection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a DestinationRule's {@code outlierDetection}. */
final class OutlierDetectionReader {

  private OutlierDetectionReader() {}

  /** Null without such a block; an empty one switches detection on. */
  static @Nullable OutlierDetection read(ObjectReader policy) {
    if (!policy.has("outlierDetection")) {
      return null;
    }
    ObjectReader block = policy.object("outlierDetection");
    boolean split = block.flag("splitExternalLocalOriginErrors");
    if (!split && block.number("consecutiveLocalOriginFailures", 0) > 0) {
      block.report(
          FindingCode.INVALID,
          "consecutiveLocalOriginFailures",
          "set without splitExternalLocalOriginErrors: true (expected: both or none)");
    }
    return new OutlierDetection(
        block.number("consecutive5xxErrors"),
        block.number("consecutiveGatewayErrors"),
        split,
        block.number("consecutiveLocalOriginFailures"),
        block.duration("interval"),
        block.duration("baseEjectionTime"),
        block.number("maxEjectionPercent", 0),
        block.number("minHealthPercent", 0),
        new TreeSet<>(block.numbers("outlierDetectionHttpErrorCodes")));
  }
}
