package dev.weft.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process; what it prints goes to its log, and is watched. */
public final class Child {

  private static final int TAIL = 30;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final String name;
  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private boolean closed;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.reader = new Thread(() -> read(log), name + "-output");
    reader.setDaemon(true);
  }

  /** The environment is this process's own, without its Java and mesh settings, and these. */
  public static Child start(
      String name, List<String> command, Map<String, String> settings, Path logs)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(key -> key.matches("WEFT_.*|OTEL_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS"));
    environment.putAll(settings);
    Child child = new Child(name, builder.start(), logs.resolve(name + ".log"));
    child.reader.start();
    return child;
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /**
   * The first line that matches.
   *
   * @throws HarnessException when the process ends or the time is over before there is one
   */
  public synchronized Matcher await(Pattern line, Duration patience)
      throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (int seen = 0; ; ) {
      for (; seen < lines.size(); seen++) {
        Matcher matcher = line.matcher(lines.get(seen));
        if (matcher.find()) {
          return matcher;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (closed || left <= 0) {
        throw new HarnessException(
            String.format(
                Locale.ROOT,
                "%s %s without saying \"%s\":%n%s",
                name,
                closed ? "ended" : "waited",
                line,
                tail()));
      }
      wait(left);
    }
  }

  /** The last lines of its output. */
  public synchronized String tail() {
    return String.join(
        System.lineSeparator(), lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
  }

  /** Asks it to end, as an operator would: SIGTERM. What it says of that is still read. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy would close its output
  }

  /** Waits for its end; kills it when it does not come. */
  public void awaitEnd(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      process.toHandle().destroyForcibly();
      process.waitFor();
    }
    reader.join(LAST_WORDS.toMillis());
  }

  /**
   * What it ended with.
   *
   * @throws IllegalThreadStateException when it has not
   */
  public int exitCode() {
    return process.exitValue();
  }

  private void read(Path log) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        PrintWriter file = new PrintWriter(Files.newBufferedWriter(log), true)) {
      for (String line; (line = output.readLine()) != null; ) {
        file.println(line);
        said(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot log the output of " + name, e);
    } finally {
      ended();
    }
  }

  private synchronized void said(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void ended() {
    closed = true;
    notifyAll();
  }
}
