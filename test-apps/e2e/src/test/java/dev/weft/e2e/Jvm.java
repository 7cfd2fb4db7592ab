package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Java process with what it prints, ended with the test whatever happens. */
final class Jvm implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> everything = new ArrayList<>();

  private Jvm(String name, Process process) {
    this.name = name;
    this.process = process;
    Thread reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Runs {@code java} with these arguments, and these variables besides the test's own. */
  static Jvm start(String name, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Layout.java());
    command.addAll(arguments);
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
        synchronized (everything) {
          everything.add(line);
        }
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("output ended: " + e);
    }
  }

  /** The next line that begins with one of these; those before it are passed over. */
  String await(String... beginnings) {
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
  String ask(String line, String... beginnings) {
    try {
      OutputStream input = process.getOutputStream();
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new AssertionError(name + " does not listen; it printed " + output(), e);
    }
    return await(beginnings);
  }

  List<String> output() {
    synchronized (everything) {
      return List.copyOf(everything);
    }
  }

  long pid() {
    return process.pid();
  }

  /** SIGTERM, and the exit code. */
  int terminate() {
    process.destroy();
    return exit();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    exit();
  }

  int exit() {
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("%s ends; it printed %s", name, output())
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
