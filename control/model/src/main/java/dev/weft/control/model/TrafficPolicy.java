package dev.weft.control.model;

import java.time.Duration;

/** How connections to one cluster are made and chosen, with every default filled in. */
public record TrafficPolicy(LoadBalancer loadBalancer, Duration connectTimeout) {

  /** Istio's defaults. */
  public static final TrafficPolicy DEFAULT =
      new TrafficPolicy(LoadBalancer.DEFAULT, Duration.ofSeconds(10));
}
