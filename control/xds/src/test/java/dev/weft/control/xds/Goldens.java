package dev.weft.control.xds;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a real istiod made of YAML: recorded answers, which lie beside the repository. */
final class Goldens {

  private Goldens() {}

  /** Their folder; without it the test is skipped, aloud. */
  static Path folder() {
    Path path = Path.of("").toAbsolutePath();
    while (path.getParent() != null && !Files.exists(path.resolve("mvnw"))) {
      path = path.getParent();
    }
    Path goldens = path.resolveSibling("shared").resolve("istiod-goldens");
    if (!Files.exists(goldens)) {
      System.err.println("SKIPPED: " + goldens + " is absent; istiod's answers are not compared");
    }
    assumeTrue(Files.exists(goldens), () -> goldens + " is absent");
    return goldens;
  }
}
