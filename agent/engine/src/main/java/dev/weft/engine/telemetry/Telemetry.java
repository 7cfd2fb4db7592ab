package dev.weft.engine.telemetry;

/** Where the engine's facts go. Called on the application's threads: never blocks, never throws. */
public interface Telemetry {

  /** Forgets everything. */
  Telemetry NONE =
      new Telemetry() {
        @Override
        public void ended(RequestReport report) {}

        @Override
        public void happened(Event event) {}
      };

  /**
   * A request, on either side, is over. Exactly once for each that began.
   *
   * @param report valid during the call only
   */
  void ended(RequestReport report);

  /** Something worth counting. */
  void happened(Event event);

  /** What is counted besides requests. */
  enum Event {
    /** A call went past the mesh because nothing was known when it had to be decided. */
    FAILED_OPEN,
    /** A call was refused for the same reason. */
    FAILED_CLOSED,
    /** A call went past the mesh because of a failure of the engine. */
    DEGRADED,
    /** A host was not subscribed because too many are already. */
    TOO_MANY_HOSTS,
    /** A try was made again. */
    RETRIED,
    /** A peer's metadata could not be read. */
    BAD_PEER_METADATA,
    /** A copy for a mirror was not sent: no endpoint, too many under way, no whole body. */
    NOT_MIRRORED,
    /** A request was let in, or refused, without an answer of the service that counts it. */
    RATE_LIMIT_SERVICE_FAILED,
    /** A rate limit has met more values than it has buckets, and forgot one that was in use. */
    RATE_LIMIT_FORGOTTEN,
    /** A request was let in, or refused, without an answer of the provider that authorizes it. */
    EXTERNAL_AUTHORIZATION_FAILED
  }
}
