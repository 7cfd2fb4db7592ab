package dev.weft.testapps.bench;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An application that can be started with and without the agent.
 *
 * @param command the arguments of {@code java}
 */
record Startable(String name, List<String> command) {

  private static final Pattern READY = Pattern.compile(" is ready on port \\d+");
  private static final Pattern SYNCED = Pattern.compile("weft: .*synced");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SETTLING_MILLIS = 1000;

  /**
   * Starts it, measures, and ends it.
   *
   * @param member the variables that make it part of a mesh; empty: without the agent
   */
  Start start(Map<String, String> member, Path logs)
      throws IOException, HarnessException, InterruptedException {
    Map<String, String> environment = new HashMap<>(member);
    environment.put("PORT", "0");
    List<String> line = new ArrayList<>(List.of(Java.tool("java"), "-Xmx256m"));
    line.addAll(command);
    long begin = System.nanoTime();
    Child child = Child.start("start", line, environment, logs);
    try {
      Start.Point ready = reached(child, READY, begin);
      Start.Point synced =
          member.isEmpty() ? ready : Start.Point.latest(ready, reached(child, SYNCED, begin));
      Thread.sleep(SETTLING_MILLIS); // what is resident a moment later, not at a peak
      return new Start(ready, synced, Usage.of(child.pid()).resident());
    } finally {
      child.terminate();
      child.awaitEnd(PATIENCE);
    }
  }

  private static Start.Point reached(Child child, Pattern line, long begin)
      throws HarnessException, InterruptedException {
    child.await(line, PATIENCE);
    double wall = (System.nanoTime() - begin) / 1e9;
    return new Start.Point(Usage.of(child.pid()).cpu(), wall);
  }
}
