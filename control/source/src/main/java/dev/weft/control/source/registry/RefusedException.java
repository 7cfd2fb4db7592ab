package dev.weft.control.source.registry;

/** What an agent says cannot be registered; the message is for its owner. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  RefusedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
