package dev.weft.telemetry.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text that a scrape gets: Prometheus' format 0.0.4, or OpenMetrics 1.0 for who asks for it.
 */
public final class Exposition {

  /** How a scrape is written. */
  public enum Format {
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }

    public String contentType() {
      return contentType;
    }

    /**
     * What a scraper wants.
     *
     * @param accept its Accept header, or null
     */
    public static Format wanted(@Nullable String accept) {
      return accept != null && accept.contains("application/openmetrics-text")
          ? OPEN_METRICS
          : PROMETHEUS;
    }
  }

  private final Format format;
  private final StringBuilder text = new StringBuilder(8192);

  Exposition(Format format) {
    this.format = format;
  }

  /** Begins a counter; its name ends in {@code _total}. */
  void counter(String name, String help) {
    family(format == Format.OPEN_METRICS ? base(name) : name, "counter", help);
  }

  void gauge(String name, String help) {
    family(name, "gauge", help);
  }

  void histogram(String name, String help) {
    family(name, "histogram", help);
  }

  private static String base(String counter) {
    return counter.substring(0, counter.length() - "_total".length());
  }

  private void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ');
    escape(help, false);
    text.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  void sample(String name, Labels labels, long value) {
    start(name, labels);
    text.append(value).append('\n');
  }

  void sample(String name, Labels labels, double value) {
    start(name, labels);
    text.append(number(value)).append('\n');
  }

  /** One bucket of a histogram: how many observations are at most this large. */
  void bucket(String name, Labels labels, double bound, long value) {
    text.append(name).append("_bucket{").append(labels.text());
    text.append(labels.isEmpty() ? "" : ",").append("le=\"").append(bound(bound)).append("\"} ");
    text.append(value).append('\n');
  }

  private void start(String name, Labels labels) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels.text()).append('}');
    }
    text.append(' ');
  }

  private String bound(double bound) {
    return bound == Double.POSITIVE_INFINITY ? "+Inf" : number(bound);
  }

  private String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return "+Inf";
    }
    if (value == Double.NEGATIVE_INFINITY) {
      return "-Inf";
    }
    boolean isWhole = format == Format.PROMETHEUS && value == Math.rint(value);
    return isWhole && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value).toLowerCase(Locale.ROOT).replace("nan", "NaN");
  }

  private void escape(String raw, boolean quotes) {
    escape(text, raw, quotes);
  }

  static void escape(StringBuilder text, String raw, boolean quotes) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append(quotes ? "\\\"" : "\"");
        default -> text.append(c);
      }
    }
  }

  /** The whole text. */
  String end() {
    return format == Format.OPEN_METRICS ? text + "# EOF\n" : text.toString();
  }
}
