package dev.weft.control.xds;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.model.MeshModel;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers models that come in quick succession: only the last one counts. A change of endpoints
 * alone hardly waits, unless a change of rules is waiting already.
 */
final class Debounce {

  private final Paces paces;
  private final Timer timer;
  private final LongSupplier nanoTime;
  private final Consumer<MeshModel> publish;

  @GuardedBy("this") private MeshModel published;

  @GuardedBy("this") private @Nullable MeshModel waiting;

  @GuardedBy("this") private Runnable cancelDue = () -> {};

  @GuardedBy("this") private long firstWaited;

  /** Runs tasks later, one at a time. */
  interface Timer {
    /** The result takes it back. */
    Runnable after(long nanos, Runnable task);
  }

  /** How fast which kind of change goes out. */
  record Paces(Pacing configuration, Pacing endpoints) {}

  Debounce(Paces paces, Timer timer, LongSupplier nanoTime, Consumer<MeshModel> publish) {
    this.paces = paces;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.publish = publish;
    this.published = MeshModel.EMPTY;
  }

  synchronized void offer(MeshModel model) {
    long now = nanoTime.getAsLong();
    if (waiting == null) {
      firstWaited = now;
    }
    waiting = model;
    Pacing pacing = sameRules(published, model) ? paces.endpoints : paces.configuration;
    long left = firstWaited + pacing.longest().toNanos() - now;
    long delay = Math.max(0, Math.min(pacing.quiet().toNanos(), left));
    cancelDue.run();
    cancelDue = timer.after(delay, this::release);
  }

  /** Runs on the timer alone, so that models are published one at a time and in order. */
  private void release() {
    MeshModel model;
    synchronized (this) {
      model = waiting;
      waiting = null;
      if (model == null) {
        return;
      }
      published = model;
    }
    publish.accept(model);
  }

  private static boolean sameRules(MeshModel before, MeshModel after) {
    return before.rules().equals(after.rules()) && before.policies().equals(after.policies());
  }
}
