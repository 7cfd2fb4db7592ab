package dev.weft.runtime;

import java.io.PrintStream;

/**
 * The agent's own lines on standard error. Never the application's logging: that belongs to the
 * application, and touching it early changes how it starts.
 */
final class Log {

  private final Setting.LogLevel level;
  private final PrintStream out;

  Log(Setting.LogLevel level, PrintStream out) {
    this.level = level;
    this.out = out;
  }

  void debug(String message) {
    print(Setting.LogLevel.DEBUG, message);
  }

  void info(String message) {
    print(Setting.LogLevel.INFO, message);
  }

  void warn(String message) {
    print(Setting.LogLevel.WARN, message);
  }

  /** Whatever the level: it is no message, but a record. */
  void audit(String line) {
    print(Setting.LogLevel.OFF, line);
  }

  private void print(Setting.LogLevel of, String message) {
    if (of.compareTo(level) >= 0) {
      // One write a line, so that lines of several threads stay whole; control characters of a
      // hostile value must not forge lines.
      out.print("weft: " + message.replaceAll("\\p{Cntrl}", " ") + System.lineSeparator());
      out.flush();
    }
  }
}
