package dev.weft.injector;

/** Rules that are wrong: says where, what was found there and what was expected. */
public final class RulesException extends Exception {

  private static final long serialVersionUID = 1;

  RulesException(String message) {
    super(message);
  }
}
