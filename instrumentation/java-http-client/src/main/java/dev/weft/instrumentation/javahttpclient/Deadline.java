package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Mesh;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The application's own timeout, which goes on through all tries and waits of a request. */
final class Deadline {

  private final @Nullable Duration timeout;
  private final long begun = System.nanoTime();
  private volatile Mesh.@Nullable Cancel timer;

  Deadline(@Nullable Duration timeout) {
    this.timeout = timeout;
  }

  void start(Mesh mesh, Runnable expired) {
    if (timeout != null) {
      timer = mesh.after(timeout, expired);
    }
  }

  void over() {
    Mesh.Cancel running = timer;
    if (running != null) {
      running.cancel();
    }
  }

  /** What is left, at least a millisecond: none at all would be refused. Null: no timeout. */
  @Nullable Duration remaining() {
    if (timeout == null) {
      return null;
    }
    Duration left = timeout.minusNanos(System.nanoTime() - begun);
    Duration least = Duration.ofMillis(1);
    return left.compareTo(least) < 0 ? least : left;
  }
}
