package dev.weft.injector.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Copies the agent to where a pod's containers find it: {@code CopyAgent JAR DIRECTORY}. */
public final class CopyAgent {

  private CopyAgent() {}

  /**
   * @param arguments the agent, and an existing directory
   * @throws IOException it cannot be copied; the pod does not start then
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          arguments.length + " arguments (expected: the agent's jar, and a directory)");
    }
    Path jar = Path.of(arguments[0]);
    Path directory = Path.of(arguments[1]);
    Path aside = directory.resolve(jar.getFileName() + ".part");
    // A container that is restarted must not find half of it.
    Files.copy(jar, aside, StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        aside,
        directory.resolve(jar.getFileName()),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
