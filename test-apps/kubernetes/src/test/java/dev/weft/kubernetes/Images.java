package dev.weft.kubernetes;

import dev.weft.harness.HarnessException;
import dev.weft.harness.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What images hold, as the build has left it. */
final class Images {

  private final Repository repository;

  Images(Repository repository) {
    this.repository = repository;
  }

  /**
   * One image.
   *
   * @param files by their paths in the container
   * @param entrypoint of a container that says no command
   */
  record Image(Map<String, Path> files, List<String> entrypoint) {}

  Image of(String name) throws HarnessException {
    String plain = name.replaceFirst(":[^:/]*$", "").replaceFirst("^.*/", "");
    return switch (plain) {
      case "weft" ->
          new Image(
              Map.of(
                  "/app/weftctl.jar",
                  repository.weftctl(),
                  "/app/weft-agent.jar",
                  repository.agent()),
              List.of("java", "-jar", "/app/weftctl.jar"));
      case "weft-agent" -> new Image(Map.of("/weft-agent.jar", repository.agent()), List.of());
      case "productpage", "details", "reviews", "ratings" ->
          // With the libraries beside it, where it has not packed them.
          new Image(
              Map.of("/app", repository.existing("test-apps/bookinfo/" + plain + "/target")),
              List.of(
                  "java", "-Xmx192m", "-XX:TieredStopAtLevel=1", "-jar", "/app/" + plain + ".jar"));
      default -> throw new HarnessException("no image " + name);
    };
  }
}
