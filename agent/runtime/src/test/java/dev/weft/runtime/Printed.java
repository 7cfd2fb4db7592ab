package dev.weft.runtime;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A log and what it has printed. */
final class Printed {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Log log;

  Printed(Setting.LogLevel level) {
    log = new Log(level, new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  Log log() {
    return log;
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  List<String> lines() {
    return text().lines().toList();
  }

  void clear() {
    bytes.reset();
  }
}
