package dev.weft.control.config.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds how often nested counted repetitions multiply: {@code ((a{100}){100})} stands for 10,000
 * copies. Go's regexp and RE2 refuse more than 1,000; RE2/J only looks at each count alone.
 */
final class RepeatScanner {

  static final long LIMIT = 1_000;

  private static final Pattern REPEAT = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");

  private final String text;
  private final Deque<Long> groups = new ArrayDeque<>();
  private int at;

  /** Copies of the atom that was read last. */
  private long atom = 1;

  private RepeatScanner(String text) {
    this.text = text;
    groups.push(1L);
  }

  static boolean exceeds(String text) {
    return new RepeatScanner(text).exceeds();
  }

  private boolean exceeds() {
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case '\\' -> escape();
        case '[' -> characterClass();
        case '(' -> {
          groups.push(1L);
          at++;
        }
        case ')' -> closeGroup();
        case '{' -> repeat();
        default -> literal();
      }
      if (atom > LIMIT) {
        return true;
      }
    }
    return false;
  }

  private void literal() {
    atom = "*+?".indexOf(text.charAt(at)) >= 0 ? atom : 1;
    at++;
  }

  private void escape() {
    int end = text.startsWith("\\Q", at) ? text.indexOf("\\E", at) : at;
    at = end < 0 ? text.length() : end + 2;
    atom = 1;
  }

  private void characterClass() {
    int from = text.startsWith("[^", at) ? at + 2 : at + 1;
    int end = from < text.length() && text.charAt(from) == ']' ? from + 1 : from;
    while (end < text.length() && text.charAt(end) != ']') {
      if (text.startsWith("[:", end) && text.indexOf(":]", end) > 0) {
        end = text.indexOf(":]", end) + 1;
      }
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    at = end + 1;
    atom = 1;
  }

  private void closeGroup() {
    at++;
    if (groups.size() > 1) {
      atom = groups.pop();
      note();
    } else {
      atom = 1;
    }
  }

  private void repeat() {
    Matcher repeat = REPEAT.matcher(text).region(at, text.length());
    if (!repeat.lookingAt()) {
      literal();
      return;
    }
    String upper = repeat.group(2);
    long most = Long.parseLong(upper == null || upper.isEmpty() ? repeat.group(1) : upper);
    atom = Math.max(atom, 1) * Math.max(most, 1);
    at = repeat.end();
    note();
  }

  private void note() {
    groups.push(Math.max(groups.pop(), atom));
  }
}
