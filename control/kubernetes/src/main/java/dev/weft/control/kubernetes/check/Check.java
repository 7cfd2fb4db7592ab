package dev.weft.control.kubernetes.check;

/**
 * What one look at a cluster has found.
 *
 * @param name what was looked at; stable, for scripts
 * @param message what was found, and where it is wrong what was expected
 * @param hint what to do; empty where nothing needs to be done
 */
public record Check(String name, Status status, String message, String hint) {

  /** How it is. */
  public enum Status {
    /** As it should be. */
    OK,
    /** It works, but not for ever, or not for everybody. */
    WARNING,
    /** It does not work. */
    FAILURE
  }

  static Check ok(String name, String message) {
    return new Check(name, Status.OK, message, "");
  }

  static Check warning(String name, String message, String hint) {
    return new Check(name, Status.WARNING, message, hint);
  }

  static Check failure(String name, String message, String hint) {
    return new Check(name, Status.FAILURE, message, hint);
  }
}
