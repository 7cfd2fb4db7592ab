package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Mirroring;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code mirror}, {@code mirrors} and the percentages of the former, new and old. */
final class MirrorReader {

  private final ObjectReader route;
  private final DestinationReader destinations;

  MirrorReader(ObjectReader route, DestinationReader destinations) {
    this.route = route;
    this.destinations = destinations;
  }

  Mirroring read() {
    List<ObjectReader> several = route.objects("mirrors");
    if (route.has("mirror") && !several.isEmpty()) {
      route.report(
          FindingCode.CONFLICTING_FIELDS,
          "mirror",
          "set together with mirrors (expected: one of them)");
    }
    return new Mirroring(
        route.has("mirror") ? destinations.read(route.object("mirror")) : null,
        share(),
        several.stream()
            .map(
                mirror ->
                    new Mirroring.Mirror(
                        destinations.read(mirror.object("destination")),
                        Shares.read(mirror, "percentage")))
            .toList());
  }

  private @Nullable Integer share() {
    Integer share = Shares.read(route, "mirrorPercentage");
    for (String older : List.of("mirrorPercent", "mirror_percent")) {
      Integer percent = route.number(older);
      if (share == null && percent != null) {
        share = percent * Shares.ONE_PERCENT;
      }
    }
    return share;
  }
}
