package dev.weft.telemetry.metrics;

/** The labels of one series, written once. */
public final class Labels {

  /** No labels. */
  public static final Labels NONE = new Labels("");

  private final String text;

  private Labels(String text) {
    this.text = text;
  }

  /** Names and values in turn. */
  public static Labels of(String... namesAndValues) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      text.append(i == 0 ? "" : ",").append(namesAndValues[i]).append("=\"");
      Exposition.escape(text, namesAndValues[i + 1], true);
      text.append('"');
    }
    return new Labels(text.toString());
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** As between braces. */
  String text() {
    return text;
  }
}
