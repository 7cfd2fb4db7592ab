package dev.weft.bookinfo.ratings;

/** The ratings could not be read. */
final class RatingsUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  RatingsUnavailableException(Throwable cause) {
    super("the ratings could not be read: " + cause.getMessage(), cause);
  }
}
