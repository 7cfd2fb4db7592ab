package dev.weft.injector.chart;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The program {@code helm}, version 3. */
public record Helm(Path program) {

  /** Names it, where it is not on the {@code PATH}. */
  public static final String VARIABLE = "HELM";

  /** What it has printed, and its exit code. */
  public record Result(int exit, String out, String err) {}

  /**
   * The one that the environment names or has on its {@code PATH}.
   *
   * @throws IOException one is named and cannot be run
   */
  public static Optional<Helm> find(Map<String, String> environment) throws IOException {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      return Optional.of(at(Path.of(named), VARIABLE));
    }
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory, "helm"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Helm::new);
  }

  /**
   * A certain one.
   *
   * @param who has named it
   * @throws IOException it cannot be run
   */
  public static Helm at(Path program, String who) throws IOException {
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new IOException(who + ": " + program + " (expected: the program helm)");
    }
    return new Helm(program);
  }

  /** Runs it to its end, in this process's environment. */
  public Result run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    // A file, because nobody reads two pipes at once.
    Path err = Files.createTempFile("weft-helm", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new File(nothing())))
              .redirectError(err.toFile())
              .start();
      try {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, Files.readString(err));
      } finally {
        process.destroy();
      }
    } finally {
      Files.deleteIfExists(err);
    }
  }

  private static String nothing() {
    return File.separatorChar == '\\' ? "NUL" : "/dev/null";
  }
}
