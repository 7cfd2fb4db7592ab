package dev.weft.instrumentation.testing.run;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the contracts of a cell in a JVM of their own. */
public final class ChildProcess {

  /** A contract's JVM that says nothing for this long hangs. */
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private static final String CONTRACTS = "dev.weft.instrumentation.testing.";

  /** The contract's name in a result that is of no contract. */
  public static final String JVM = "the JVM";

  /**
   * How one test went.
   *
   * @param how {@code pass}, {@code skip} or {@code fail}
   */
  public record Result(String how, String contract, String test, String message) {}

  private final Path agent;
  private final String classPath;

  /**
   * @param agent the agent's jar
   * @param classPath this module and what it needs
   */
  public ChildProcess(Path agent, String classPath) {
    this.agent = agent;
    this.classPath = classPath;
  }

  /** What became of each test of this cell; output and failures go to this log. */
  public List<Result> run(Cell cell, Path log) throws IOException, InterruptedException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder = new ProcessBuilder(command(cell)).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("JAVA_TOOL_OPTIONS"));
    Process process = builder.start();
    CompletableFuture<List<Result>> results =
        CompletableFuture.supplyAsync(() -> read(process, log));
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      dump(cell, process);
      process.destroyForcibly();
    }
    List<Result> all = new ArrayList<>(results.join());
    boolean ended = all.removeIf(result -> result.how().equals("end"));
    if (!ended) {
      all.add(new Result("fail", JVM, "-", "did not come to its end: see " + log));
    }
    return all;
  }

  private List<String> command(Cell cell) {
    List<String> command = new ArrayList<>();
    command.add(cell.jdk().java().toString());
    command.add("-Xmx512m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1"); // short runs, on machines with few cores
    command.add("-javaagent:" + agent);
    command.add("-Dweft.mode=weave");
    command.add("-Dcontract.probe=" + cell.probe());
    command.addAll(cell.options());
    for (String passed : new String[] {"contract.seed", "contract.calls"}) {
      if (System.getProperty(passed) != null) {
        command.add("-D" + passed + "=" + System.getProperty(passed));
      }
    }
    command.add("-cp");
    command.add(classPath(cell));
    command.add(Child.class.getName());
    cell.contracts().forEach(contract -> command.add(className(contract)));
    return command;
  }

  private static String className(String contract) {
    return CONTRACTS + (contract.indexOf('.') < 0 ? "contract." + contract : contract);
  }

  /** The cell's jars in place of those of the same artifacts: services of both would be found. */
  private String classPath(Cell cell) {
    Set<String> replaced =
        cell.libraries().stream().map(ChildProcess::artifact).collect(Collectors.toSet());
    Stream<Path> rest =
        Arrays.stream(classPath.split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> !replaced.contains(artifact(path)));
    return Stream.concat(cell.libraries().stream(), rest)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A jar's name without its version; the whole path of a folder. */
  private static String artifact(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".jar") ? name.replaceFirst("-[0-9].*", "") : path.toString();
  }

  private static List<Result> read(Process process, Path log) {
    List<Result> results = new ArrayList<>();
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var out = Files.newBufferedWriter(log)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        int mark = line.indexOf(Child.MARK);
        if (mark >= 0) {
          results.add(parse(line.substring(mark + Child.MARK.length())));
        }
      }
    } catch (IOException e) {
      results.add(new Result("fail", JVM, "-", "its output broke off: " + e));
    }
    results.removeIf(result -> result.how().equals("start"));
    return results;
  }

  private static Result parse(String line) {
    String[] parts = line.split("\t", 4);
    return new Result(
        parts[0],
        parts.length > 1 ? parts[1] : "",
        parts.length > 2 ? parts[2] : "",
        parts.length > 3 ? parts[3] : "");
  }

  /** The threads of a JVM that hangs, into its own output. */
  private static void dump(Cell cell, Process process) throws IOException, InterruptedException {
    new ProcessBuilder(
            cell.jdk().home().resolve("bin/jcmd").toString(),
            String.valueOf(process.pid()),
            "Thread.print")
        .inheritIO()
        .start()
        .waitFor(20, TimeUnit.SECONDS);
  }
}
