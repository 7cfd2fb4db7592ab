package dev.weft.control.config;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Istio's own files, which lie beside the repository and are not part of it. Where they are absent,
 * the tests that need them are skipped, and say so.
 */
public final class SharedFolder {

  private SharedFolder() {}

  /** A folder or file below {@code ../shared}. */
  public static Path require(String name) {
    Path path = root().resolveSibling("shared").resolve(name);
    boolean there = Files.exists(path);
    if (!there) {
      System.err.println("SKIPPED: " + path + " is absent; the files of Istio are not tested");
    }
    assumeTrue(there, () -> path + " is absent");
    return path;
  }

  public static List<Path> list(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The repository. */
  public static Path root() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve("mvnw"))) {
      Path parent = path.getParent();
      if (parent == null) {
        throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
      }
      path = parent;
    }
    return path;
  }
}
