package dev.weft.control.model;

import java.time.Duration;

/** How connections to one cluster are made and chosen, with every default filled in. */
public record TrafficPolicy(LoadBalancing loadBalancing, Duration connectTimeout) {

  /** Istio's defaults. */
  public static final TrafficPolicy DEFAULT =
      new TrafficPolicy(LoadBalancing.LEAST_REQUEST, Duration.ofSeconds(10));
}
