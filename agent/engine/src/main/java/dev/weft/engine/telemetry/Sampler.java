package dev.weft.engine.telemetry;

import org.jspecify.annotations.Nullable;

/** Which traces are recorded. */
@FunctionalInterface
public interface Sampler {

  /**
   * @param parent the caller's span, or null
   * @param traceLow lower half of the trace id
   */
  boolean samples(@Nullable SpanContext parent, long traceLow);

  /**
   * A share of the traces, told by the id alone, so that every service that samples the same share
   * records the same traces (OpenTelemetry's {@code traceidratio}).
   *
   * @param share 0 to 1
   */
  static Sampler ratio(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share of traces: " + share + " (expected: 0 to 1)");
    }
    if (share == 1) {
      return (parent, traceLow) -> true;
    }
    long bound = (long) (Long.MAX_VALUE * share);
    return (parent, traceLow) -> (traceLow & Long.MAX_VALUE) < bound;
  }

  /** As the caller decided; where there is none, as this sampler does. */
  default Sampler parentBased() {
    return (parent, traceLow) -> parent == null ? samples(null, traceLow) : parent.sampled();
  }
}
