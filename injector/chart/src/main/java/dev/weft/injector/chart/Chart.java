package dev.weft.injector.chart;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The chart that came with these classes, in a jar or in a directory of a build. */
public final class Chart {

  /** Its name, and that of its directory. */
  public static final String NAME = "weft";

  /** Of a file of it, as a resource beside this class. */
  private static final String ROOT = NAME + "/";

  private Chart() {}

  /**
   * Writes it into a directory.
   *
   * @return the chart's own directory in there
   */
  public static Path unpack(Path into) throws IOException {
    URL known = resource("Chart.yaml");
    URLConnection connection = known.openConnection();
    Path chart = into.resolve(NAME);
    if (connection instanceof JarURLConnection jar) {
      jar.setUseCaches(false); // what is closed here is nobody else's
      try (JarFile file = jar.getJarFile()) {
        copy(file, prefix(jar.getEntryName()), chart);
      }
    } else {
      copy(Path.of(uri(known)).resolveSibling(""), chart);
    }
    return chart;
  }

  /** The values of a profile, as a file of an unpacked chart; {@code default} has none. */
  public static List<Path> values(Path chart, Profile profile) {
    return profile == Profile.DEFAULT
        ? List.of()
        : List.of(chart.resolve("values-" + profile.name().toLowerCase(Locale.ROOT) + ".yaml"));
  }

  /** Which values go over the chart's own. */
  public enum Profile {
    /** One of each, and nobody is held up where it fails. */
    DEFAULT,
    /** Small, with everything that can be shown. */
    DEMO,
    /** For production: several of each, and nobody starts without them. */
    HA
  }

  private static URL resource(String name) throws IOException {
    URL found = Chart.class.getResource(ROOT + name);
    if (found == null) {
      throw new IOException("the chart is missing (expected: beside " + Chart.class + ")");
    }
    return found;
  }

  private static String prefix(String entry) {
    return entry.substring(0, entry.lastIndexOf('/') + 1);
  }

  private static URI uri(URL url) throws IOException {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IOException(url + " (expected: the path of a directory)", e);
    }
  }

  private static void copy(JarFile jar, String prefix, Path chart) throws IOException {
    List<JarEntry> entries =
        jar.stream()
            .filter(entry -> entry.getName().startsWith(prefix) && !entry.isDirectory())
            .toList();
    for (JarEntry entry : entries) {
      Path file = chart.resolve(entry.getName().substring(prefix.length())).normalize();
      if (!file.startsWith(chart)) {
        throw new IOException(entry.getName() + " (expected: a file of the chart)");
      }
      try (InputStream content = jar.getInputStream(entry)) {
        write(file, content.readAllBytes());
      }
    }
  }

  private static void copy(Path from, Path chart) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      write(chart.resolve(from.relativize(file).toString()), Files.readAllBytes(file));
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path directory = file.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.write(file, content);
  }
}
