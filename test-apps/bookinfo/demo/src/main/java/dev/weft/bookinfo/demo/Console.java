package dev.weft.bookinfo.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Standard output: lines, and on a terminal one line of progress below them. */
final class Console {

  private static final String ERASE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private boolean progressShown;

  /** On anything but a terminal, progress is not shown. */
  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void line(String format, Object... args) {
    erase();
    out.println(String.format(Locale.ROOT, format, args));
  }

  void progress(String format, Object... args) {
    if (terminal) {
      erase();
      out.print(String.format(Locale.ROOT, format, args));
      out.flush();
      progressShown = true;
    }
  }

  /** {@code 840 ms}, {@code 12.3 ms}, {@code 4.2 s}. */
  static String duration(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    if (millis >= 1000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    return String.format(Locale.ROOT, millis < 100 ? "%.1f ms" : "%.0f ms", millis);
  }

  private void erase() {
    if (progressShown) {
      out.print(ERASE);
      progressShown = false;
    }
  }
}
