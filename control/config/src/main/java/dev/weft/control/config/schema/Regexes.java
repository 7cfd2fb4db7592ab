package dev.weft.control.config.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weft.control.config.yaml.Excerpt;
import java.util.Optional;

/**
 * Expressions in RE2's syntax, within limits that hold before anything is compiled: RE2/J unrolls
 * repetitions, so that a few characters can stand for gigabytes.
 */
final class Regexes {

  /** Istio's limit. */
  private static final int LENGTH = 1024;

  /** Instructions of the compiled program; agents take no more. */
  private static final int PROGRAM = 10_000;

  private Regexes() {}

  static Optional<String> problemUnlessPresent(String text) {
    return text.equals("*") ? Optional.empty() : problem(text);
  }

  static Optional<String> problem(String text) {
    if (text.length() > LENGTH) {
      return Optional.of("has " + text.length() + " characters (expected: <= " + LENGTH + ")");
    }
    if (text.isEmpty()) {
      return Optional.of("is empty (expected: an RE2 expression)");
    }
    if (RepeatScanner.exceeds(text)) {
      return Optional.of("repeats too often (expected: <= " + RepeatScanner.LIMIT + " in all)");
    }
    try {
      int size = Pattern.compile(text).programSize();
      return size <= PROGRAM
          ? Optional.empty()
          : Optional.of("compiles to " + size + " steps (expected: <= " + PROGRAM + ")");
    } catch (PatternSyntaxException e) {
      return Optional.of("is no RE2 expression: " + Excerpt.of(e.getDescription()));
    }
  }
}
