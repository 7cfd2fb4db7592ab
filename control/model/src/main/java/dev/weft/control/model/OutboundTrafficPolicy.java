package dev.weft.control.model;

/** What becomes of requests to hosts that a workload's registry does not know. */
public enum OutboundTrafficPolicy {
  /** They go where the application sends them: Istio's {@code PassthroughCluster}. */
  ALLOW_ANY,
  /** They are answered with 502: Istio's {@code BlackHoleCluster}. */
  REGISTRY_ONLY
}
