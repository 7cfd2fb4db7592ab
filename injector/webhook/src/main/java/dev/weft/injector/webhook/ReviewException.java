package dev.weft.injector.webhook;

/** What came is no question of the API server; says what was found. */
final class ReviewException extends Exception {

  private static final long serialVersionUID = 1;

  ReviewException(String message) {
    super(message);
  }
}
