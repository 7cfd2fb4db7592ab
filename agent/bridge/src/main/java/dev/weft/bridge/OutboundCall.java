package dev.weft.bridge;

/**
 * One request of the application on its way out. {@link #start}, {@link #resume} and {@link #ended}
 * are called one at a time, by any thread; the answers say what to do next.
 *
 * <p>A call ends exactly once: with {@link Step.Answer}, with {@link Step.Deliver} of a failure,
 * with {@link #finished} after {@link Step.Deliver} of a response, or with {@link #cancelled}.
 */
public interface OutboundCall {

  /** First step. Called once. */
  Step start();

  /** After a {@link Step.Wait} is over. */
  Step resume();

  /** After a try: its response head has arrived, or it failed. */
  Step ended(Outcome outcome);

  /**
   * The whole request body, empty for none, for mirrors: at most once, only when {@link
   * Step.Send#keep} allows.
   */
  void body(byte[] copy);

  /** The delivered response is over: exactly once after {@link Step.Deliver} of a response. */
  void finished(Completion completion);

  /** The application gave up before Deliver or Answer. May race with both; idempotent. */
  void cancelled();
}
