package dev.weft.xds.wire;

/** Bytes are no such message, or hold what may not be ignored; says where. */
public final class InvalidMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  public InvalidMessageException(String message) {
    super(message);
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
