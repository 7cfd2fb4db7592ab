package dev.weft.instrumentation.testing.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A JDK of this machine.
 *
 * @param feature its feature release: 17
 */
public record Jdk(int feature, Path home) {

  private static final int OLDEST = 17;

  /**
   * The JDKs that the agent supports: the one that runs, and those in the usual place of a Linux
   * system. {@code contract.jdks} names others, separated by the path separator.
   */
  public static List<Jdk> installed() {
    Map<Integer, Jdk> found = new TreeMap<>();
    List<Path> homes = new ArrayList<>();
    homes.add(Path.of(System.getProperty("java.home")));
    String named = System.getProperty("contract.jdks", "");
    for (String home : named.split(java.io.File.pathSeparator)) {
      if (!home.isEmpty()) {
        homes.add(Path.of(home));
      }
    }
    homes.addAll(below(Path.of("/usr/lib/jvm")));
    for (Path home : homes) {
      int feature = feature(home);
      if (feature >= OLDEST) {
        found.putIfAbsent(feature, new Jdk(feature, home));
      }
    }
    return List.copyOf(found.values());
  }

  private static List<Path> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> homes = Files.list(folder)) {
      return homes.sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** 0: not a JDK. */
  private static int feature(Path home) {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
      return 0;
    }
    Properties properties = new Properties();
    try (var in = Files.newInputStream(release)) {
      properties.load(in);
    } catch (IOException e) {
      return 0;
    }
    String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Integer.parseInt(version.split("[.+-]")[0]);
  }

  Path java() {
    return home.resolve("bin/java");
  }
}
