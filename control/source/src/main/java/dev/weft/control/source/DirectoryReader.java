package dev.weft.control.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads all files of a directory and its subdirectories that may hold configuration: {@code
 * *.yaml}, {@code *.yml} and {@code *.json}. Names that begin with a dot are skipped, so that of a
 * mounted ConfigMap each file is seen once, through its symbolic link.
 */
final class DirectoryReader {

  /** More than a file may have; what lies behind is not needed in order to refuse it. */
  private static final int MOST_BYTES = 8 << 20;

  private static final int MOST_FILES = 10_000;
  private static final int DEPTH = 8;

  private final Path root;

  DirectoryReader(Path root) {
    this.root = root;
  }

  /**
   * @param files by name relative to the directory, with {@code /}
   * @param folders that were read, the directory itself among them
   */
  record Contents(SortedMap<String, FileContent> files, Set<Path> folders) {}

  /**
   * @throws IOException if the directory itself cannot be listed
   */
  Contents read() throws IOException {
    Contents contents = new Contents(new TreeMap<>(), new HashSet<>());
    list(root, contents, 0);
    return contents;
  }

  private void list(Path folder, Contents contents, int depth) throws IOException {
    if (depth > DEPTH) {
      contents
          .files()
          .put(name(folder), new FileContent.Unreadable("more than " + DEPTH + " folders deep"));
      return;
    }
    if (!contents.folders().add(folder.toRealPath())) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (!String.valueOf(entry.getFileName()).startsWith(".")) {
          entry(entry, contents, depth);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      if (depth == 0) {
        throw new IOException(e);
      }
      contents.files().put(name(folder), new FileContent.Unreadable(reason(e)));
    }
  }

  private void entry(Path entry, Contents contents, int depth) throws IOException {
    if (Files.isDirectory(entry)) {
      list(entry, contents, depth + 1);
    } else if (isConfiguration(entry)) {
      FileContent content =
          contents.files().size() < MOST_FILES
              ? content(entry)
              : new FileContent.Unreadable("one of more than " + MOST_FILES + " files");
      contents.files().put(name(entry), content);
    }
  }

  private String name(Path path) {
    return root.relativize(path).toString().replace('\\', '/');
  }

  private static boolean isConfiguration(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  private static FileContent content(Path path) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // A pipe would block for ever.
      return new FileContent.Unreadable("not a regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return new FileContent.Bytes(in.readNBytes(MOST_BYTES));
    } catch (IOException e) {
      return new FileContent.Unreadable(reason(e));
    }
  }

  private static String reason(Exception e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
