package dev.weft.xds.decode;

/** A resource is refused; the message is for the operator who wrote it. */
public final class InvalidResourceException extends Exception {

  private static final long serialVersionUID = 1L;

  public InvalidResourceException(String message) {
    super(message);
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
