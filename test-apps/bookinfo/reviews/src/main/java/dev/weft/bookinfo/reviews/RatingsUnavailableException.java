package dev.weft.bookinfo.reviews;

/** Ratings did not answer in time, or not with ratings. */
final class RatingsUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RatingsUnavailableException(String message) {
    super(message);
  }

  RatingsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
