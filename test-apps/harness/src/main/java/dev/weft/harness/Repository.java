package dev.weft.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the build left what is started. */
public record Repository(Path root) {

  /** The one whose root the system property {@code weft.repository} names. */
  public static Repository here() throws HarnessException {
    String root = System.getProperty("weft.repository", ".");
    Repository repository = new Repository(Path.of(root).toAbsolutePath().normalize());
    repository.existing("mvnw");
    return repository;
  }

  /** The one that the working directory is in, as in a module's tests. */
  public static Repository around() {
    Path directory = Path.of("").toAbsolutePath();
    for (Path root = directory; root != null; root = root.getParent()) {
      if (Files.exists(root.resolve("mvnw"))) {
        return new Repository(root);
      }
    }
    throw new IllegalStateException("no mvnw above " + directory);
  }

  /**
   * Istio's own files, which lie beside the repository and are no part of it.
   *
   * @param path below them
   * @param what is not tested without; that is said aloud
   */
  public Optional<Path> shared(String path, String what) {
    Path shared = root.resolveSibling("shared").resolve(path);
    if (Files.exists(shared)) {
      return Optional.of(shared);
    }
    System.err.println("SKIPPED: " + what + ": " + shared + " is absent");
    return Optional.empty();
  }

  public Path agent() throws HarnessException {
    return existing("agent/dist/target/weft-agent.jar");
  }

  public Path weftctl() throws HarnessException {
    return existing("control/cli/target/weftctl.jar");
  }

  /** A file or directory, by its path from the root; it must be there. */
  public Path existing(String path) throws HarnessException {
    Path existing = root.resolve(path);
    if (!Files.exists(existing)) {
      throw new HarnessException(existing + " does not exist (expected: a built repository)");
    }
    return existing;
  }
}
