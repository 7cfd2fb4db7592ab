package dev.weft.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Files that may be replaced at any time. Looked at when somebody asks, once in a second. */
final class WatchedFiles {

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** A bundle of authorities has some hundred kilobytes. */
  private static final long LARGEST = 8L * 1024 * 1024;

  private final List<String> paths;
  private final LongSupplier nanos;
  private List<@Nullable Object> seen;
  private volatile long next;

  WatchedFiles(List<String> paths, LongSupplier nanos) {
    this.paths = List.copyOf(paths);
    this.nanos = nanos;
    this.seen = stamps();
    this.next = nanos.getAsLong() + PAUSE_NANOS;
  }

  /** Whether it is time to look. */
  boolean mayHaveChanged() {
    return nanos.getAsLong() - next >= 0;
  }

  /** Looks: whether something is different from the last time, or the beginning. */
  boolean haveChanged() {
    if (!mayHaveChanged()) {
      return false; // somebody has just looked
    }
    List<@Nullable Object> found = stamps();
    boolean changed = !found.equals(seen);
    seen = found;
    next = nanos.getAsLong() + PAUSE_NANOS;
    return changed;
  }

  private List<@Nullable Object> stamps() {
    List<@Nullable Object> found = new ArrayList<>();
    paths.forEach(path -> found.add(stamp(path)));
    return found;
  }

  private record Stamp(@Nullable Object file, Object changed, long size) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Stamp stamp
          && Objects.equals(file, stamp.file)
          && changed.equals(stamp.changed)
          && size == stamp.size;
    }

    @Override
    public int hashCode() {
      return changed.hashCode();
    }
  }

  private static @Nullable Object stamp(String path) {
    try {
      BasicFileAttributes found = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return new Stamp(found.fileKey(), found.lastModifiedTime(), found.size());
    } catch (IOException | InvalidPathException e) {
      return null; // who reads it learns why
    }
  }

  /**
   * @throws IOException says which file, and what is wrong with it
   */
  String text(String path) throws IOException {
    try {
      Path file = Path.of(path);
      if (Files.size(file) > LARGEST) {
        throw new IOException("larger than " + LARGEST + " bytes");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException(path + ": there is no such file", e);
    } catch (IOException | InvalidPathException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }
}
