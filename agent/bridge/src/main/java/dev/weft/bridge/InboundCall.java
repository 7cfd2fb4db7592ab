package dev.weft.bridge;

import java.util.concurrent.CompletionStage;

/**
 * One request that arrived. The verdict is reached before the application's handler runs; no
 * failure on the way to it is ever a pass ({@link Admission} sees to that).
 */
public interface InboundCall {

  Verdict verdict();

  /** The response head is about to be committed; the edits to apply to it. */
  HeaderEdits responding(int status, Headers headers);

  /**
   * The exchange is over, asynchronous handlers included. Exactly once, whatever the verdict was.
   *
   * @param status as sent; 0 when no response was sent
   */
  void finished(int status, Completion completion);

  /** What becomes of the request. */
  sealed interface Verdict {

    /** Hand it to the application, with the request's headers edited. */
    record Pass(HeaderEdits edits) implements Verdict {}

    /** Do not; answer this. */
    record Refuse(Step.Answer answer) implements Verdict {}

    /** Not known yet: external authorization, keys being fetched, configuration on its way. */
    record Later(CompletionStage<Verdict> verdict) implements Verdict {}
  }
}
