package dev.weft.weaver.compile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The licences of what is embedded: one text for each library, by its artifact's name. A library
 * without one, or a text without its library, fails the build.
 */
final class Notices {

  private static final String TEXT = ".txt";

  private Notices() {}

  /**
   * Writes {@code LICENSE}, {@code NOTICE}, the list {@code EMBEDDED} and {@code licenses/} below
   * {@code META-INF}.
   *
   * @param texts the folder with {@code NOTICE} and {@code licenses/}
   * @param license our own
   * @param jars what is embedded, our own modules left out
   */
  static void write(Path texts, Path license, List<Path> jars, Path folder) throws IOException {
    TreeMap<String, String> embedded = new TreeMap<>();
    for (Path jar : jars) {
      String file = jar.getFileName().toString();
      embedded.put(artifact(file), file);
    }
    compare(embedded.keySet(), named(texts.resolve("licenses")));
    Path target = Files.createDirectories(folder.resolve("META-INF"));
    Files.write(target.resolve("LICENSE"), Files.readAllBytes(license));
    Files.write(target.resolve("NOTICE"), Files.readAllBytes(texts.resolve("NOTICE")));
    StringBuilder list = new StringBuilder();
    Files.createDirectories(target.resolve("licenses"));
    for (var entry : embedded.entrySet()) {
      String text = "licenses/" + entry.getKey() + TEXT;
      Files.write(target.resolve(text), Files.readAllBytes(texts.resolve(text)));
      list.append(entry.getValue()).append(" META-INF/").append(text).append('\n');
    }
    Files.writeString(target.resolve("EMBEDDED"), list);
  }

  private static void compare(Set<String> embedded, Set<String> named) {
    Set<String> unlicensed = new TreeSet<>(embedded);
    unlicensed.removeAll(named);
    Set<String> absent = new TreeSet<>(named);
    absent.removeAll(embedded);
    if (!unlicensed.isEmpty() || !absent.isEmpty()) {
      throw new IllegalStateException(
          "licences: none for " + unlicensed + ", and not embedded: " + absent);
    }
  }

  private static Set<String> named(Path licenses) throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.list(licenses)) {
      files
          .map(file -> file.getFileName().toString())
          .forEach(name -> named.add(name.substring(0, name.length() - TEXT.length())));
    }
    return named;
  }

  /** {@code asm} of {@code asm-9.9.jar}. */
  static String artifact(String file) {
    for (int i = file.indexOf('-'); i >= 0; i = file.indexOf('-', i + 1)) {
      if (i + 1 < file.length() && Character.isDigit(file.charAt(i + 1))) {
        return file.substring(0, i);
      }
    }
    throw new IllegalStateException(file + " (expected: ARTIFACT-VERSION.jar)");
  }
}
