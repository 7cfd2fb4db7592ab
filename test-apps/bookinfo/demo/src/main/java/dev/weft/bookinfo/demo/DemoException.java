package dev.weft.bookinfo.demo;

/** The demo cannot go on; the message says why, to its user. */
final class DemoException extends Exception {

  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    super(message);
  }
}
