package dev.weft.harness;

/** It cannot go on; the message says why, to the user. */
public final class HarnessException extends Exception {

  private static final long serialVersionUID = 1L;

  public HarnessException(String message) {
    super(message);
  }
}
