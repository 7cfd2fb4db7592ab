package dev.weft.control.source.registry;

import dev.weft.control.model.ModelSource;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a registry needs somebody else's thread for: leases that end, and the file. Changes in quick
 * succession are one write.
 */
public final class RegistryUpkeep implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RegistryUpkeep.class.getName());
  private static final long TICK_MILLIS = 500;
  private static final long WRITE_MILLIS = 200;

  private final WorkloadRegistry registry;
  private final LeaseFile file;
  private final AtomicBoolean unsaved = new AtomicBoolean();
  private final ModelSource.Subscription changes;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread named = new Thread(task, "weft-registry");
            named.setDaemon(true);
            return named;
          });

  /** Reads the file into the registry, and from then on the other way round. */
  public RegistryUpkeep(WorkloadRegistry registry, LeaseFile file) throws IOException {
    this.registry = registry;
    this.file = file;
    registry.restore(file.load());
    this.changes = registry.onChange(this::changed);
    thread.scheduleWithFixedDelay(
        registry::expire, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void changed() {
    if (unsaved.compareAndSet(false, true)) {
      try {
        thread.schedule(this::save, WRITE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // Closing: the last write follows there.
        unsaved.set(true);
      }
    }
  }

  private void save() {
    unsaved.set(false);
    try {
      file.save(registry.registrations());
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "registrations would not survive a restart now: {0}",
          e.toString());
    }
  }

  /** Leases stay as they are: the next run restores them. The file is closed as well. */
  @Override
  public void close() throws IOException {
    changes.close();
    // Not at once: an interrupt would break off a write.
    thread.shutdown();
    try {
      if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Even if nothing has changed: the thread may have been stopped while it wrote.
    save();
    file.close();
  }
}
