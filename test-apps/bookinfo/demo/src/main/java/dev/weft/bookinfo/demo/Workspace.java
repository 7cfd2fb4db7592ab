package dev.weft.bookinfo.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory for the configuration, the state and the logs of one run. */
final class Workspace implements AutoCloseable {

  private final Path directory;
  private final Path logs;

  private Workspace(Path directory, Path logs) {
    this.directory = directory;
    this.logs = logs;
  }

  static Workspace create(Repository repository, Options options) throws IOException {
    Path directory = Files.createTempDirectory("weft-bookinfo-");
    Path logs = options.logs();
    Workspace workspace = new Workspace(directory, logs == null ? directory.resolve("logs") : logs);
    Files.createDirectories(workspace.logs);
    Files.createDirectories(workspace.configuration());
    try (Stream<Path> files = Files.list(repository.configuration())) {
      for (Path file : files.toList()) {
        Files.copy(file, workspace.configuration().resolve(file.getFileName().toString()));
      }
    }
    return workspace;
  }

  Path configuration() {
    return directory.resolve("config");
  }

  Path state() {
    return directory.resolve("state");
  }

  Path logs() {
    return logs;
  }

  /** Puts a file in the place of the routing rules, at once, as a careful editor saves. */
  void replaceRouting(Path replacement) throws IOException {
    Path staged = directory.resolve("staged.yaml");
    Files.copy(replacement, staged, StandardCopyOption.REPLACE_EXISTING);
    Files.move(staged, routing(), StandardCopyOption.ATOMIC_MOVE);
  }

  Path routing() {
    return configuration().resolve("routing.yaml");
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(directory)) {
      List<Path> deepestFirst;
      try (Stream<Path> all = Files.walk(directory)) {
        deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
