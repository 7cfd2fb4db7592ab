package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Mesh;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How long a call waits while no try of it is under way: a try has gRPC's own timer for its
 * deadline, and its own ear on the application's context.
 */
final class Patience {

  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private final Mesh mesh;
  private final Context context;
  private final Consumer<Status> giveUp;
  private final Context.CancellationListener cancellation = this::contextCancelled;

  // Guarded by this.
  private boolean watching;
  private boolean ended;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private Mesh.@Nullable Cancel deadlineTimer;
  private Mesh.@Nullable Cancel pause;

  Patience(Mesh mesh, Context context, Consumer<Status> giveUp) {
    this.mesh = mesh;
    this.context = context;
    this.giveUp = giveUp;
  }

  /** From now on the deadline (null: none) and the context are minded here. Again: no more. */
  void begin(@Nullable Deadline deadline) {
    synchronized (this) {
      if (watching || ended) {
        return;
      }
      watching = true;
      if (deadline != null) {
        long left = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
        deadlineTimer = mesh.after(Duration.ofNanos(left), this::expired);
      }
    }
    context.addListener(cancellation, Runnable::run);
  }

  private void expired() {
    giveUp.accept(
        Status.DEADLINE_EXCEEDED.withDescription(
            "the call's deadline was exceeded while the mesh had it wait"));
  }

  private void contextCancelled(Context cancelled) {
    giveUp.accept(Contexts.statusFromCancelled(cancelled));
  }

  /**
   * Does this later, and later each time, unless the application gives up before. False when it has
   * already.
   */
  synchronized boolean pause(Runnable task) {
    if (ended) {
      return false;
    }
    long millis = pauseMillis;
    pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, millis + millis / 2);
    long jitter = ThreadLocalRandom.current().nextLong(millis / 5 + 1);
    pause =
        mesh.after(
            Duration.ofMillis(millis + jitter),
            () -> {
              if (stop()) {
                task.run();
              }
            });
    return true;
  }

  /** True when a pause was under way, which is over now. */
  synchronized boolean stop() {
    Mesh.Cancel under = pause;
    pause = null;
    if (under != null) {
      under.cancel();
    }
    return under != null;
  }

  /** The call is over. */
  void end() {
    boolean listening;
    synchronized (this) {
      ended = true;
      listening = watching;
      stop();
      if (deadlineTimer != null) {
        deadlineTimer.cancel();
      }
    }
    if (listening) {
      context.removeListener(cancellation);
    }
  }
}
