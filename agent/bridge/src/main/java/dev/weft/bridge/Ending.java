package dev.weft.bridge;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The end of a delivered response: stops the try's timer and tells the engine, once. */
public final class Ending {

  private final OutboundCall call;
  private final Mesh.@Nullable Cancel timer;
  private final AtomicBoolean over = new AtomicBoolean();

  Ending(OutboundCall call, Mesh.@Nullable Cancel timer) {
    this.call = call;
    this.timer = timer;
  }

  /** The body ended or broke, or the application closed it. Only the first call counts. */
  public void finished(long bytes, Headers trailers, @Nullable Throwable failure) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    try {
      call.finished(new Completion(bytes, trailers, failure));
    } catch (Throwable t) {
      Weft.suppressed("finished", t); // the application has its response already
    }
  }
}
