package dev.weft.xds.http2;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one thread that owns a client's state. Tasks run one after the other, in order. */
public interface Loop extends Executor {

  /** Runs the task once after the delay. Running what is returned calls it off. */
  Runnable after(Duration delay, Runnable task);

  /** Monotonic time in nanoseconds. */
  long now();

  /** Starts a thread of the agent, as the loop's own is: a daemon. */
  Thread start(String name, Runnable task);
}
