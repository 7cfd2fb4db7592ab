package dev.weft.testapps.bench;

import dev.weft.harness.Child;
import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An application that can be started with and without the agent.
 *
 * @param command the arguments of {@code java}
 */
record Startable(String name, List<String> command) {

  private static final Pattern READY = Pattern.compile(" is ready on port \\d+");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SETTLING_MILLIS = 1000;
  private static final long POLL_MILLIS = 5;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /**
   * Starts it, measures, and ends it.
   *
   * @param control whose mesh it joins; null: without the agent
   */
  Start start(@Nullable ControlService control, Path logs)
      throws IOException, HarnessException, InterruptedException {
    String service =
        "start-" + NUMBER.incrementAndGet(); // known by its name at the control service
    Map<String, String> environment = new HashMap<>();
    if (control != null) {
      environment.putAll(control.environment(service, "v1"));
    }
    environment.put("PORT", "0");
    List<String> line = new ArrayList<>(List.of(Java.tool("java"), "-Xmx256m"));
    line.addAll(command);
    long begin = System.nanoTime();
    Child child = Child.start("start", line, environment, logs);
    try {
      child.await(READY, PATIENCE);
      Start.Point ready = now(child, begin);
      Start.Point synced = ready;
      if (control != null) {
        awaitSynced(control, service, child);
        synced = now(child, begin);
      }
      Thread.sleep(SETTLING_MILLIS); // what is resident a moment later, not at a peak
      return new Start(ready, synced, Usage.of(child.pid()).resident());
    } finally {
      child.terminate();
      child.awaitEnd(PATIENCE);
    }
  }

  /** Its port is registered, and its agent has acknowledged what it was sent. */
  private static void awaitSynced(ControlService control, String service, Child child)
      throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (control.status().workloads().stream()
        .noneMatch(it -> it.name().equals(service) && it.synced() && it.ports() == 1)) {
      if (System.nanoTime() > deadline) {
        throw new HarnessException(service + " did not get in sync; it said:\n" + child.tail());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static Start.Point now(Child child, long begin) throws HarnessException {
    double wall = (System.nanoTime() - begin) / 1e9;
    return new Start.Point(Usage.of(child.pid()).cpu(), wall);
  }
}
