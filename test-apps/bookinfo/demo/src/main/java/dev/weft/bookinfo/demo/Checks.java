package dev.weft.bookinfo.demo;

import java.util.ArrayList;
import java.util.List;

/** What the demo promises, and whether it held. */
final class Checks {

  private final List<String> misses = new ArrayList<>();
  private int total;

  /**
   * Records one promise.
   *
   * @return a mark for the line that shows the figure: empty when it held
   */
  String check(boolean held, String what, String expected) {
    total++;
    if (held) {
      return "";
    }
    String miss = what + " (expected: " + expected + ")";
    misses.add(miss);
    return "   MISSED, expected " + expected;
  }

  List<String> misses() {
    return List.copyOf(misses);
  }

  int total() {
    return total;
  }
}
