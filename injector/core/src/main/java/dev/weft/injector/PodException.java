package dev.weft.injector;

/** A pod that is none: says where, what was found there and what was expected. */
public final class PodException extends Exception {

  private static final long serialVersionUID = 1;

  PodException(String message) {
    super(message);
  }
}
