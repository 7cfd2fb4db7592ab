package dev.weft.engine.telemetry;

/**
 * Who keeps the record of what policies did. Called on the application's threads: never blocks,
 * never throws.
 */
public interface Audit {

  /** Nobody. */
  Audit NONE =
      new Audit() {
        @Override
        public void told(What what, String why, RequestReport request) {}

        @Override
        public void told(What what, String policy, ConnectionReport connection) {}

        @Override
        public void failed(String provider, String reason) {}
      };

  /** What happened. */
  enum What {
    /** A policy that watches has matched. */
    AUDITED,
    /** The policies refused the request, or the connection. */
    DENIED,
    /** The request was refused for a token that is not believed. */
    UNAUTHENTICATED,
    /** A dry run would have refused the request, or the connection. */
    WOULD_DENY,
    /** A provider was asked, and refused the request. */
    EXT_AUTHZ_DENIED,
    /** A provider was asked, and gave no answer. */
    EXT_AUTHZ_ERROR
  }

  /**
   * @param why the policy with its rule, as istiod names them; empty: none allows the request. What
   *     is wrong with its token, as Envoy's access log has it, where that is why
   * @param request valid during the call only
   */
  void told(What what, String why, RequestReport request);

  /**
   * @param policy with its rule, as istiod names them; empty: none allows the connection
   */
  void told(What what, String policy, ConnectionReport connection);

  /**
   * A provider gave no answer, or none that can be followed.
   *
   * @param provider its cluster
   * @param reason for people; nothing of a request is in it
   */
  void failed(String provider, String reason);
}
