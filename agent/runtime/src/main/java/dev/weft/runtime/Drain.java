package dev.weft.runtime;

import dev.weft.bridge.Guard;
import dev.weft.engine.Engine;
import dev.weft.xds.ControlClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Leaves the mesh before the application begins to stop: nobody is sent here any more, and what has
 * arrived is finished. Bounded; a process that never listened does not wait at all.
 */
final class Drain implements Runnable {

  /** As long as nothing arrives for this time, nothing is under way to us any more. */
  private static final Duration SILENCE = Duration.ofMillis(100);

  private static final Duration LOOK = Duration.ofMillis(5);

  private final Engine engine;
  private final ControlLine line;
  private final Duration timeout;
  private final Log log;

  Drain(Engine engine, ControlLine line, Duration timeout, Log log) {
    this.engine = engine;
    this.line = line;
    this.timeout = timeout;
    this.log = log;
  }

  @Override
  public void run() {
    ControlClient client = line.client();
    if (!line.listened() || client == null || timeout.isZero()) {
      return;
    }
    Object before = Guard.enter(Guard.AGENT);
    try {
      long deadline = System.nanoTime() + timeout.toNanos();
      engine.drain();
      boolean withdrawn = withdraw(client, deadline);
      boolean finished = awaitSilence(deadline);
      if (!withdrawn || !finished) {
        log.warn(
            "stopping after "
                + timeout.toMillis()
                + " ms although "
                + (withdrawn ? "" : "the control service has not confirmed the withdrawal, ")
                + engine.inboundInFlight()
                + " requests are in flight");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Guard.exit(before);
    }
  }

  private static boolean withdraw(ControlClient client, long deadline) throws InterruptedException {
    try {
      long left = deadline - System.nanoTime();
      client.withdraw().toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completes exceptionally", e);
    }
  }

  private boolean awaitSilence(long deadline) throws InterruptedException {
    long quietSince = System.nanoTime();
    long now = quietSince;
    while (now - quietSince < SILENCE.toNanos()) {
      if (now - deadline >= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      now = System.nanoTime();
      if (engine.inboundInFlight() > 0) {
        quietSince = now;
      }
    }
    return true;
  }
}
