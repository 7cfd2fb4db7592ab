package dev.weft.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build left what is started. */
public record Repository(Path root) {

  /** The one whose root the system property {@code weft.repository} names. */
  public static Repository here() throws HarnessException {
    String root = System.getProperty("weft.repository", ".");
    Repository repository = new Repository(Path.of(root).toAbsolutePath().normalize());
    repository.existing("mvnw");
    return repository;
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
