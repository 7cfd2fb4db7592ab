package dev.weft.weaver.compile;

/** An advice or a module is outside the supported forms. The message names it and says why. */
final class UnsupportedAdviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnsupportedAdviceException(String where, String why) {
    super(where + ": " + why);
  }
}
