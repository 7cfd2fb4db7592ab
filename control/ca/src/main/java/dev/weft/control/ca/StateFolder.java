package dev.weft.control.ca;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The authority's files: {@code ca/} below the state directory, where only their owner may read or
 * write. Each is written aside, forced to disk and moved into place. Several processes may use the
 * folder at once, the service and its command line: changes are made {@linkplain #exclusively one
 * at a time}.
 *
 * <p>On file systems without POSIX permissions those are not checked.
 */
final class StateFolder implements StateStore {

  private static final String NAME = "ca";
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final long LARGEST = 64 << 20;

  /** File locks are the process's, not the thread's. */
  private static final Object THIS_PROCESS = new Object();

  private final Path folder;
  private final boolean posix;

  private StateFolder(Path folder, boolean posix) {
    this.folder = folder;
    this.posix = posix;
  }

  /**
   * Makes the folder if it is missing.
   *
   * @throws IOException where others than its owner, or than this user, may get at it
   */
  static StateFolder open(Path state) throws IOException {
    boolean posix = state.getFileSystem().supportedFileAttributeViews().contains("posix");
    Path folder = state.resolve(NAME);
    Files.createDirectories(state, only("rwx------", posix));
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder, only("rwx------", posix));
    }
    StateFolder opened = new StateFolder(folder, posix);
    if (posix) {
      opened.checkFolders(state);
    }
    return opened;
  }

  private static FileAttribute<?>[] only(String permissions, boolean posix) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private void checkFolders(Path state) throws IOException {
    PosixFileAttributes above = attributes(state.toRealPath());
    if (above.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
      throw foreign(state, above, "rwx------, or at least that nobody else may write there");
    }
    PosixFileAttributes own = attributes(folder);
    if (!own.isDirectory() || !OWNERS.containsAll(own.permissions())) {
      throw foreign(folder, own, "a directory with rwx------");
    }
    Path probe = Files.createTempFile(folder, "probe", "", only("rw-------", posix));
    try {
      UserPrincipal me = attributes(probe).owner();
      if (!own.owner().equals(me)) {
        throw new IOException(
            String.format(Locale.ROOT, "%s belongs to %s (expected: %s)", folder, own.owner(), me));
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static IOException foreign(Path path, PosixFileAttributes found, String expected) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "%s has permissions %s (expected: %s)",
            path,
            PosixFilePermissions.toString(found.permissions()),
            expected));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public String place(String name) {
    return file(name).toString();
  }

  @Override
  public Object stamp(String... names) throws IOException {
    List<String> stamps = new ArrayList<>();
    for (String name : names) {
      stamps.add(stamp(file(name)));
    }
    return stamps;
  }

  /** A file that was moved into place differs in one of these. */
  static String stamp(Path file) throws IOException {
    try {
      BasicFileAttributes it = Files.readAttributes(file, BasicFileAttributes.class);
      return it.fileKey() + " " + it.lastModifiedTime() + " " + it.size();
    } catch (NoSuchFileException e) {
      return "none";
    }
  }

  @Override
  public String toString() {
    return "the folder " + folder;
  }

  /**
   * What a file holds; empty where there is none.
   *
   * @throws IOException where it cannot be read, is no plain file, or others may read it as well
   */
  @Override
  public Optional<String> read(String name) throws IOException {
    Path file = file(name);
    try {
      if (posix) {
        check(file);
      }
      if (Files.size(file) > LARGEST) {
        throw new IOException(
            file + " has " + Files.size(file) + " bytes (expected: at most " + LARGEST + ")");
      }
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void check(Path file) throws IOException {
    PosixFileAttributes found = attributes(file);
    boolean executable = found.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
    if (!found.isRegularFile() || executable || !OWNERS.containsAll(found.permissions())) {
      throw foreign(file, found, "a plain file with rw-------");
    }
    UserPrincipal owner = attributes(folder).owner();
    if (!found.owner().equals(owner)) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s belongs to %s (expected: %s)", file, found.owner(), owner));
    }
  }

  @Override
  public void write(String name, String content) throws IOException {
    Path aside = Files.createTempFile(folder, name, ".new", only("rw-------", posix));
    try {
      try (FileChannel channel = FileChannel.open(aside, Set.of(StandardOpenOption.WRITE))) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          aside, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  @Override
  public <T> T exclusively(Change<T> change) throws IOException {
    synchronized (THIS_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(
                  file("lock"),
                  Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                  only("rw-------", posix));
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException(file("lock") + " cannot be locked");
        }
        return change.make();
      }
    }
  }
}
