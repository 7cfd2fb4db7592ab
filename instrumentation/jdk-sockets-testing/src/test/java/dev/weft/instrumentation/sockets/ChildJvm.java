package dev.weft.instrumentation.sockets;

import dev.weft.instrumentation.testing.run.Jdk;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A JVM under the agent, and what it prints. */
final class ChildJvm implements AutoCloseable {

  static final Path AGENT = Path.of(System.getProperty("sockets.agent", ""));

  private static final String END = "\u0000 the end of its output";

  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> all = new ArrayList<>();

  private ChildJvm(Process process, Path log) {
    this.process = process;
    Thread reader = new Thread(() -> read(log), "output of " + log.getFileName());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a JVM.
   *
   * @param log where its output goes as well
   * @param options of the JVM, besides the agent's
   */
  static ChildJvm start(
      Jdk jdk, Path agent, Path log, List<String> options, String main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(jdk.home().resolve("bin/java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-javaagent:" + agent, "-Dweft.mode=weave"));
    command.add("-Dweft.instrumentation.jdk-sockets.enabled=true");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(arguments);
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new ChildJvm(builder.start(), log);
  }

  /** Without the agent, whose classes would be found there before those of {@code -javaagent}. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("weft-agent.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void read(Path log) {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
        BufferedWriter out = Files.newBufferedWriter(log)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lines.add(END);
    }
  }

  /** The next line that begins so, without that; null: the JVM ended without one. */
  @Nullable String next(String begin, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      String line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new AssertionError("no line \"" + begin + "\" in time; so far: " + all);
      }
      if (line.equals(END)) {
        lines.add(END);
        return null;
      }
      all.add(line);
      if (line.startsWith(begin)) {
        return line.substring(begin.length()).strip();
      }
    }
  }

  /** All that was taken from the output so far. */
  List<String> output() {
    return all;
  }

  /** Writes a line to its input. */
  void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a program to its end, with this input; its output. */
  static String run(String input, List<String> command) throws IOException, InterruptedException {
    Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var out = program.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It did not wait for its input.
    }
    StringBuilder output = new StringBuilder();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(program.getInputStream(), StandardCharsets.ISO_8859_1))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        output.append(line).append('\n');
      }
    }
    if (!program.waitFor(20, TimeUnit.SECONDS)) {
      program.destroyForcibly();
    }
    return output.toString();
  }

  /** Whether a program is on the path. */
  static boolean has(String program) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
