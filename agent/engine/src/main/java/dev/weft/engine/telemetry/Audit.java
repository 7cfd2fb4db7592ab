package dev.weft.engine.telemetry;

/**
 * Who keeps the record of what policies did. Called on the application's threads: never blocks,
 * never throws.
 */
public interface Audit {

  /** Nobody. */
  Audit NONE = (what, policy, request) -> {};

  /** What happened. */
  enum What {
    /** A policy that watches has matched. */
    AUDITED,
    /** The policies refused the request. */
    DENIED,
    /** A dry run would have refused the request. */
    WOULD_DENY
  }

  /**
   * @param policy with its rule, as istiod names them; empty: none allows the request
   * @param request valid during the call only
   */
  void told(What what, String policy, RequestReport request);
}
