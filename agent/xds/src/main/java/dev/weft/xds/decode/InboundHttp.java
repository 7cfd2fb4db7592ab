package dev.weft.xds.decode;

import dev.weft.engine.config.RateLimit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What holds for the requests that arrive at this workload. */
public record InboundHttp(List<RateLimit> limits) {

  public InboundHttp {
    limits = List.copyOf(limits);
  }

  /** The clusters of those who count for its limits. */
  public Set<String> clusters() {
    Set<String> clusters = new LinkedHashSet<>();
    for (RateLimit limit : limits) {
      if (limit instanceof RateLimit.Global global) {
        clusters.add(global.cluster());
      }
    }
    return clusters;
  }
}
