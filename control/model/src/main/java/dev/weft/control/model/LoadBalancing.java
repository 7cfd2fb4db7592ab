package dev.weft.control.model;

/** How an endpoint is picked: DestinationRule's {@code loadBalancer.simple}. */
public enum LoadBalancing {
  LEAST_REQUEST,
  ROUND_ROBIN,
  RANDOM,
  /** Nobody is picked: requests go to the address that the caller resolved itself. */
  PASSTHROUGH
}
