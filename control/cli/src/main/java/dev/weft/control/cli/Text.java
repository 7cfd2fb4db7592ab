package dev.weft.control.cli;

import dev.weft.control.model.Finding;
import java.time.Duration;
import picocli.CommandLine.Help.Ansi;

/** Text for a terminal: colours where there is one and NO_COLOR is not set, nothing that acts. */
final class Text {

  private Text() {}

  /** What others have written, without the characters that move cursors. */
  static String safe(String text) {
    return text.replaceAll(
        "[\\p{Cntrl}\\u0080-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]", "?");
  }

  /** In the unit that tells enough: {@code 90s}, {@code 5m}, {@code 3h}, {@code 4d}. */
  static String age(Duration age) {
    if (age.toMinutes() < 2) {
      return Math.max(0, age.toSeconds()) + "s";
    }
    if (age.toHours() < 2) {
      return age.toMinutes() + "m";
    }
    return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
  }

  static String colored(Finding finding) {
    return colored(
        switch (finding.severity()) {
          case ERROR -> "red";
          case WARNING -> "yellow";
          case INFO -> "faint";
        },
        safe(finding.toString()));
  }

  static String colored(String style, String text) {
    return Ansi.AUTO.enabled()
        ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.reset.on()
        : text;
  }
}
