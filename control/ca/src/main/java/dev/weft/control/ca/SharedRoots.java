package dev.weft.control.ca;

import java.io.IOException;
import java.util.Optional;

/**
 * That a state directory's control service has its roots where others have them as well: {@code
 * shared.txt} says where. The command line, which finds no root there, must not make one.
 */
final class SharedRoots {

  private static final String NAME = "shared.txt";

  private SharedRoots() {}

  /**
   * Notes it.
   *
   * @throws IOException the directory has roots of its own, whose workloads would be cut off
   */
  static void note(StateFolder folder, StateStore store) throws IOException {
    if (folder.read(OwnRoots.FILE).isPresent()) {
      throw new IOException(
          folder.file(OwnRoots.FILE)
              + ": there is a root already (expected: none, because it is in "
              + store
              + "; use another state directory)");
    }
    PluggedState.requireNone(folder);
    if (!folder.read(NAME).equals(Optional.of(store + "\n"))) {
      folder.write(NAME, store + "\n");
    }
  }

  /** Refuses a state directory whose roots are elsewhere. */
  static void requireNone(StateFolder folder) throws IOException {
    Optional<String> where = folder.read(NAME);
    if (where.isPresent()) {
      throw new IOException(
          folder.file(NAME)
              + ": the roots are in "
              + where.get().strip()
              + " (expected: --ca-secret)");
    }
  }
}
