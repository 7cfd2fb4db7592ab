package dev.weft.engine;

import dev.weft.bridge.Mesh;
import java.time.Duration;

/** The engine's timer. */
@FunctionalInterface
public interface Scheduler {

  /** Runs the task once after the delay, on a thread of the agent; see {@link Mesh#after}. */
  Mesh.Cancel after(Duration delay, Runnable task);
}
