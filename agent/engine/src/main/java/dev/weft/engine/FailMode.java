package dev.weft.engine;

/** What happens when something must be decided and no configuration was ever received. */
public enum FailMode {
  /** Requests go where they would have gone without the mesh, and this is counted. */
  OPEN,
  /** Requests are refused with 503, outbound and inbound. */
  CLOSED
}
