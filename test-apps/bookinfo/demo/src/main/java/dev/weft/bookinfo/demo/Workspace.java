package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import dev.weft.harness.Repository;
import dev.weft.harness.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one run keeps its configuration, its state and its logs; temporary. */
final class Workspace implements AutoCloseable {

  private final TemporaryDirectory directory;
  private final Path configuration;
  private final Path changes;
  private final Path logs;

  private Workspace(TemporaryDirectory directory, Path changes, Path logs) throws IOException {
    this.directory = directory;
    this.configuration = directory.directory("config");
    this.changes = changes;
    this.logs = Files.createDirectories(logs);
  }

  /**
   * With a copy of the configuration that the demo starts with.
   *
   * @param logs where logs stay; null: they go with the rest
   */
  static Workspace create(Repository repository, @Nullable Path logs)
      throws IOException, HarnessException {
    Path original = repository.existing("test-apps/bookinfo/config");
    Path changes = repository.existing("test-apps/bookinfo/changes");
    TemporaryDirectory directory = TemporaryDirectory.create("weft-bookinfo-");
    Workspace workspace =
        new Workspace(directory, changes, logs == null ? directory.path().resolve("logs") : logs);
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, workspace.configuration.resolve(file.getFileName().toString()));
      }
    }
    return workspace;
  }

  Path configuration() {
    return configuration;
  }

  Path routing() {
    return configuration.resolve("routing.yaml");
  }

  Path state() throws IOException {
    return directory.directory("state");
  }

  Path logs() {
    return logs;
  }

  /** Puts one of the changes in the place of the routing rules at once, as a good editor saves. */
  void replaceRouting(String change) throws IOException {
    put(change, routing());
  }

  /** Puts one of the changes beside what is there. */
  void add(String change) throws IOException {
    put(change, configuration.resolve(change));
  }

  private void put(String change, Path target) throws IOException {
    Path draft = directory.path().resolve("draft.yaml");
    Files.copy(changes.resolve(change), draft);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
