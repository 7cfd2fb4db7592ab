package dev.weft.control.xds;

import java.time.Duration;

/**
 * How long changes are gathered before they are pushed.
 *
 * @param quiet a push waits until no change came for this long
 * @param longest but no longer than this after the first change
 */
public record Pacing(Duration quiet, Duration longest) {

  /** Istio's debounce of configuration. */
  public static final Pacing CONFIGURATION =
      new Pacing(Duration.ofMillis(100), Duration.ofSeconds(10));

  /** Endpoints come and go one by one, and somebody is calling them: hardly any wait. */
  public static final Pacing ENDPOINTS = new Pacing(Duration.ofMillis(5), Duration.ofMillis(100));

  /** At once. */
  public static final Pacing NONE = new Pacing(Duration.ZERO, Duration.ZERO);
}
