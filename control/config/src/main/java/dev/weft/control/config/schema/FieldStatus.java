package dev.weft.control.config.schema;

/** What Weft does with a field that is valid. */
public enum FieldStatus {
  ENFORCED("enforced"),
  LATER("not yet"),
  NEVER("never in a JVM");

  private final String title;

  FieldStatus(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
