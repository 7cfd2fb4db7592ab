package dev.weft.telemetry.spans;

import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.SpanContext;
import java.time.InstantSource;

/** Makes spans of the requests whose trace is recorded. */
public final class SpanRecorder {

  private final SpanQueue queue;
  private final WallClock clock;

  /**
   * @param now on the engine's monotonic clock
   */
  public SpanRecorder(SpanQueue queue, InstantSource wall, long now) {
    this.queue = queue;
    this.clock = new WallClock(wall, now);
  }

  /** A request is over. */
  public void record(RequestReport report) {
    SpanContext context = report.span();
    if (context != null && context.sampled()) {
      queue.offer(SpanMaker.of(report, context, clock.epochNanos(report.endNanos())));
    }
  }
}
