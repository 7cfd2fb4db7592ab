package dev.weft.xds.decode;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many instructions a pattern compiles to, told without compiling it: counted repetitions copy
 * what they repeat. Where the pattern is not valid the result means nothing.
 */
final class ProgramSize {

  private final String regex;
  private final Deque<Long> outer = new ArrayDeque<>();
  private long sum;
  private long last; // the size of what a repetition would repeat
  private int at;

  private ProgramSize(String regex) {
    this.regex = regex;
  }

  static long estimate(String regex) {
    ProgramSize size = new ProgramSize(regex);
    while (size.at < regex.length()) {
      size.step();
    }
    while (!size.outer.isEmpty()) {
      size.close();
    }
    return size.sum;
  }

  private void step() {
    switch (regex.charAt(at++)) {
      case '(' -> {
        outer.push(sum);
        sum = 0;
        last = 0;
      }
      case ')' -> close();
      case '{' -> repeat();
      case '[' -> {
        skipClass();
        atom();
      }
      case '\\' -> {
        at++;
        atom();
      }
      default -> atom();
    }
  }

  private void atom() {
    last = 1;
    sum++;
  }

  private void close() {
    if (!outer.isEmpty()) {
      last = sum + 2; // the ends of a group
      sum = saturated(outer.pop(), last);
    }
  }

  /** {@code {n}}, {@code {n,}} or {@code {n,m}}; anything else is only a brace. */
  private void repeat() {
    int end = regex.indexOf('}', at);
    long most = 1;
    for (String number : (end < 0 ? "" : regex.substring(at, end)).split(",", -1)) {
      if (number.isEmpty() || number.length() > 9 || !number.chars().allMatch(Character::isDigit)) {
        continue;
      }
      most = Math.max(most, Long.parseLong(number));
    }
    if (most > 1) {
      long copies = last > Integer.MAX_VALUE ? last : last * most;
      sum = saturated(sum - last, copies);
      last = copies;
      at = end + 1;
    }
  }

  private static long saturated(long one, long other) {
    return Math.min(Integer.MAX_VALUE, one + other);
  }

  private void skipClass() {
    if (at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    int first = at;
    while (at < regex.length() && (regex.charAt(at) != ']' || at == first)) {
      at += regex.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }
}
