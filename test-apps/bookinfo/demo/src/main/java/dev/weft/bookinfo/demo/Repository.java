package dev.weft.bookinfo.demo;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build left what the demo starts. */
record Repository(Path root) {

  /** The build's root; {@code run} passes it. */
  static Repository of(String root) throws DemoException {
    Repository repository = new Repository(Path.of(root).toAbsolutePath().normalize());
    for (Path needed :
        new Path[] {repository.agent(), repository.weftctl(), repository.bookinfo()}) {
      if (!Files.exists(needed)) {
        throw new DemoException(needed + " does not exist (expected: a build, see ./run)");
      }
    }
    return repository;
  }

  Path agent() {
    return root.resolve("agent/dist/target/weft-agent.jar");
  }

  Path weftctl() {
    return root.resolve("control/cli/target/weftctl.jar");
  }

  Path bookinfo() {
    return root.resolve("test-apps/bookinfo");
  }

  /** The configuration that the demo starts with; it works on a copy. */
  Path configuration() {
    return bookinfo().resolve("config");
  }

  Path change(String name) {
    return bookinfo().resolve("changes").resolve(name);
  }
}
