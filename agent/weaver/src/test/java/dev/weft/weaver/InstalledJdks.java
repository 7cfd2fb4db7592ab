package dev.weft.weaver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The Java installations that tests run on: the one that runs the build, those that {@code
 * JAVA_HOME_*} variables name, and those in {@code /usr/lib/jvm}; one of each release.
 */
public final class InstalledJdks {

  private InstalledJdks() {}

  /** Homes by feature release. */
  public static Map<Integer, Path> homes() {
    Map<Integer, Path> homes = new TreeMap<>();
    add(Path.of(System.getProperty("java.home")), homes);
    new TreeMap<>(System.getenv())
        .forEach(
            (name, value) -> {
              if (name.startsWith("JAVA_HOME_")) {
                add(Path.of(value), homes);
              }
            });
    Path debian = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> found = Files.list(debian)) {
        found.sorted().forEach(home -> add(home, homes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return homes;
  }

  private static void add(Path home, Map<Integer, Path> homes) {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.exists(release)) {
      return;
    }
    try (Stream<String> lines = Files.lines(release)) {
      lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))
          .map(
              version ->
                  Runtime.Version.parse(
                          version.startsWith("1.")
                              ? version.substring(2).replace('_', '.')
                              : version)
                      .feature())
          .forEach(feature -> homes.putIfAbsent(feature, home));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
