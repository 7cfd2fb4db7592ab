package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Java process with what it prints, ended with the test whatever happens. */
public final class Jvm implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final Thread reader;

  /** Of one that prints without end, the first lines and the last ones are kept. */
  private static final int MOST_LINES = 20_000;

  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> first = new ArrayList<>(); // guarded by itself
  private final Deque<String> last = new ArrayDeque<>(); // guarded by the first

  /** For short runs, on machines with few cores. */
  private static final List<String> SHORT = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** Those that a test has not closed yet. */
  private static final Set<Jvm> ALIVE = ConcurrentHashMap.newKeySet();

  private Jvm(String name, Process process) {
    this.name = name;
    this.process = process;
    this.reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
    ALIVE.add(this);
  }

  /** The processes that run now. */
  static List<Jvm> alive() {
    return ALIVE.stream().filter(jvm -> jvm.process.isAlive()).toList();
  }

  /** Runs {@code java} with these arguments, and these variables besides the test's own. */
  public static Jvm start(String name, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Layout.java());
    command.addAll(SHORT);
    command.addAll(arguments);
    return command(name, environment, command);
  }

  /** The same with any program. */
  public static Jvm command(String name, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.startsWith("WEFT_") || k.startsWith("OTEL_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    try {
      return new Jvm(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        keep(line);
      }
    } catch (IOException e) {
      lines.add("output ended: " + e);
    }
  }

  private void keep(String line) {
    synchronized (first) {
      if (first.size() < MOST_LINES) {
        first.add(line);
      } else {
        last.add(line);
      }
      if (last.size() > MOST_LINES) {
        last.remove();
      }
    }
    lines.add(line);
    if (lines.size() > MOST_LINES) {
      lines.poll();
    }
  }

  /** The next line that begins with one of these; those before it are passed over. */
  public String await(String... beginnings) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (true) {
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null && Arrays.stream(beginnings).anyMatch(line::startsWith)) {
          return line;
        }
        if (line == null && (!process.isAlive() || System.nanoTime() > deadline)) {
          throw new AssertionError(
              "%s did not print one of %s but:%n%s"
                  .formatted(name, List.of(beginnings), String.join("\n", output())));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends a line to the process and returns the answer, which begins with one of these. */
  public String ask(String line, String... beginnings) {
    tell(line);
    return await(beginnings);
  }

  /** Sends a line to the process. */
  public void tell(String line) {
    try {
      OutputStream input = process.getOutputStream();
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new AssertionError(name + " does not listen; it printed " + output(), e);
    }
  }

  public List<String> output() {
    synchronized (first) {
      List<String> kept = new ArrayList<>(first);
      kept.addAll(last);
      return kept;
    }
  }

  /** The port that an application of these tests said it is ready on. */
  public int port() {
    return output().stream()
        .filter(line -> line.matches("ready [0-9]+"))
        .map(line -> Integer.parseInt(line.substring("ready ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " said no port: " + output()));
  }

  String name() {
    return name;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** SIGTERM, and the exit code. */
  public int terminate() {
    process.toHandle().destroy(); // unlike the process's own, it leaves the output open
    return exit();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    exit();
  }

  public int exit() {
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("%s ends; it printed %s", name, output())
          .isTrue();
      reader.join(PATIENCE.toMillis());
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    ALIVE.remove(this);
    process.destroyForcibly();
  }
}
