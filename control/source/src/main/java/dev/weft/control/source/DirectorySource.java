package dev.weft.control.source;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.SourceLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in a directory, followed while it is edited. Each file stands alone: an invalid
 * one is reported and keeps its last good version in force. A directory that cannot be listed keeps
 * everything in force.
 */
public final class DirectorySource implements ConfigSource, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(DirectorySource.class.getName());

  private final Path directory;
  private final DirectoryOptions options;
  private final DirectoryReader reader;
  private final DirectoryWatcher watcher;
  private final LastGood lastGood;
  private final Listeners listeners = new Listeners();
  private final Thread thread;
  private volatile List<ConfigFile> files = List.of();
  private @Nullable String trouble;

  private DirectorySource(Path directory, MeshSettings settings, DirectoryOptions options) {
    this.directory = directory;
    this.options = options;
    this.reader = new DirectoryReader(directory);
    this.watcher = new DirectoryWatcher(directory);
    this.lastGood =
        new LastGood(new ConfigReader(settings), options.emptyGrace(), System::nanoTime);
    this.thread = new Thread(this::follow, "weft-config");
    this.thread.setDaemon(true);
  }

  /** Reads the directory and begins to watch it; what it holds is in force when this returns. */
  public static DirectorySource open(
      Path directory, MeshSettings settings, DirectoryOptions options) {
    DirectorySource source = new DirectorySource(directory, settings, options);
    source.refresh();
    source.thread.start();
    return source;
  }

  @Override
  public List<ConfigFile> files() {
    return files;
  }

  @Override
  public ModelSource.Subscription onChange(Runnable changed) {
    return listeners.add(changed);
  }

  /** Ends the watching; what is in force stays. */
  @Override
  public void close() {
    thread.interrupt();
    watcher.close();
  }

  private void follow() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (watcher.await(untilNextRead())) {
          settle();
        }
        if (refresh()) {
          listeners.changed();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "no longer watching " + directory, e);
    }
  }

  private Duration untilNextRead() {
    Duration decision = lastGood.nextDecision().orElse(options.poll());
    return decision.compareTo(options.poll()) < 0 ? decision : options.poll();
  }

  /** Waits until nothing has changed for a while, but not for ever. */
  private void settle() throws InterruptedException {
    long deadline = System.nanoTime() + options.longest().toNanos();
    boolean busy = true;
    while (busy && System.nanoTime() < deadline) {
      busy = watcher.await(options.quiet());
    }
  }

  /** Whether anything has changed. */
  private boolean refresh() {
    String before = trouble;
    boolean changed = false;
    try {
      DirectoryReader.Contents contents = reader.read();
      boolean unwatched = watcher.watch(contents.folders());
      changed = lastGood.update(unwatched ? reader.read().files() : contents.files());
      trouble = null;
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
    }
    changed |= !Objects.equals(before, trouble);
    files = trouble == null ? lastGood.files() : withTrouble(trouble);
    return changed;
  }

  private List<ConfigFile> withTrouble(String reason) {
    Finding finding =
        new Finding(
            FindingCode.UNREADABLE,
            null,
            new SourceLocation(directory.toString(), 0),
            "",
            "the directory cannot be read (expected: a directory); what was in force stays: "
                + reason);
    ConfigFile report = new ConfigFile(directory.toString(), List.of(), List.of(finding));
    return Stream.concat(lastGood.files().stream(), Stream.of(report)).toList();
  }
}
