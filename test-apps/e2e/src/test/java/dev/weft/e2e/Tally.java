package dev.weft.e2e;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

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

  /** What this caller's load saw from now on, once it saw this many answers. */
  static Tally after(Jvm caller, long answers, Duration patience) {
    Map<String, Long> sum = new TreeMap<>();
    Awaitility.await()
        .atMost(patience)
        .until(
            () -> {
              of(caller).answers().forEach((answer, times) -> sum.merge(answer, times, Long::sum));
              return new Tally(sum).total() >= answers;
            });
    return new Tally(sum);
  }

  /** What this caller's load saw since it was asked last. */
  static Tally of(Jvm caller) {
    return of(caller.ask("tally", "tally "));
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
