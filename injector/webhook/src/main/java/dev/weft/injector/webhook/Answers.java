package dev.weft.injector.webhook;

/** Answers questions of one kind. */
interface Answers {

  /**
   * @param body an AdmissionReview with the response
   */
  record Answer(InjectorMetrics.Outcome outcome, String body) {}

  /**
   * @throws ReviewException the question makes no sense
   */
  Answer to(Review review) throws ReviewException;
}
