package dev.weft.control.config.yaml;

/** A file that cannot be read as YAML, or not within the limits. */
public final class YamlException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final boolean limit;

  private YamlException(int line, boolean limit, String message) {
    super(message);
    this.line = line;
    this.limit = limit;
  }

  static YamlException malformed(int line, String message) {
    return new YamlException(line, false, message);
  }

  static YamlException limit(int line, String message) {
    return new YamlException(line, true, message);
  }

  /** From 1; 0 where no line is to blame. */
  public int line() {
    return line;
  }

  /** Whether the file may be fine but is too large or too deep. */
  public boolean isLimit() {
    return limit;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
