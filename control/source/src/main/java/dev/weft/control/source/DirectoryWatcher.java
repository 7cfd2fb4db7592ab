package dev.weft.control.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for changes below some folders. Which files have changed does not matter: everything is
 * read again, so that a lost event costs time and nothing else.
 */
final class DirectoryWatcher implements AutoCloseable {

  private final @Nullable WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();

  DirectoryWatcher(Path folder) {
    service = open(folder);
  }

  /** Null where the file system cannot tell; polling must do then. */
  private static @Nullable WatchService open(Path folder) {
    try {
      return folder.getFileSystem().newWatchService();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /**
   * Watches these folders and no others. Folders that cannot be watched are left to polling.
   *
   * @return whether there are folders that were not watched before, in which something may have
   *     gone unnoticed
   */
  boolean watch(Set<Path> folders) {
    if (service == null) {
      return false;
    }
    boolean added = false;
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean gone = !folders.contains(entry.getKey()) || !entry.getValue().isValid();
              if (gone) {
                entry.getValue().cancel();
              }
              return gone;
            });
    for (Path folder : folders) {
      if (!keys.containsKey(folder)) {
        added |= register(service, folder);
      }
    }
    return added;
  }

  private boolean register(WatchService into, Path folder) {
    try {
      keys.put(
          folder,
          folder.register(
              into,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE));
      return true;
    } catch (IOException e) {
      // Gone between listing and registering, or out of watches: the next poll sees it.
      return false;
    }
  }

  /**
   * Waits for a change at most so long.
   *
   * @return whether there was one
   */
  boolean await(Duration longest) throws InterruptedException {
    if (service == null) {
      TimeUnit.NANOSECONDS.sleep(longest.toNanos());
      return false;
    }
    try {
      WatchKey key = service.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
      if (key == null) {
        return false;
      }
      boolean any = !key.pollEvents().isEmpty();
      key.reset();
      return any;
    } catch (ClosedWatchServiceException e) {
      throw new InterruptedException("the watch service is closed");
    }
  }

  @Override
  public void close() {
    if (service != null) {
      try {
        service.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
