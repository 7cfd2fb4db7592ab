package dev.weft.e2e;

import java.util.Map;
import java.util.TreeMap;

/** What a load saw: how often which answer. */
record Tally(Map<String, Long> answers) {

  /** Reads the line of the caller: {@code tally total=2 200/a=1 503/none=1}. */
  static Tally of(String line) {
    Map<String, Long> answers = new TreeMap<>();
    for (String part : line.split(" ")) {
      int equals = part.lastIndexOf('=');
      if (equals > 0 && !part.startsWith("total=")) {
        answers.put(part.substring(0, equals), Long.valueOf(part.substring(equals + 1)));
      }
    }
    return new Tally(answers);
  }

  long total() {
    return answers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Everything that is not an answer with status 200. */
  long failures() {
    return answers.entrySet().stream()
        .filter(e -> !e.getKey().startsWith("200/"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  long from(String server) {
    return answers.getOrDefault("200/" + server, 0L);
  }
}
