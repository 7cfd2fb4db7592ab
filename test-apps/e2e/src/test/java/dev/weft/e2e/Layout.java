package dev.weft.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where things are in the repository, and on the machine. */
public final class Layout {

  private Layout() {}

  /** The repository. */
  public static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
    }
    return directory;
  }

  public static Path agent() {
    return existing(root().resolve("agent/dist/target/weft-agent.jar"));
  }

  public static Path weftctl() {
    return existing(root().resolve("control/cli/target/weftctl.jar"));
  }

  private static Path existing(Path path) {
    if (!Files.exists(path)) {
      throw new AssertionError(path + " is missing: run ./mvnw verify from the top");
    }
    return path;
  }

  /** The JVM under test: {@code -Dtest.java.home}, or the one that runs the tests. */
  public static String java() {
    return tool("java");
  }

  /** The tool of this name that belongs to it. */
  public static String tool(String name) {
    return Path.of(
            System.getProperty("test.java.home", System.getProperty("java.home")), "bin", name)
        .toString();
  }

  public static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
