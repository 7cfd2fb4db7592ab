package dev.weft.engine.config;

import java.time.Duration;
import java.util.Set;

/**
 * Envoy's outlier detection by consecutive failures: which endpoints are left out for a while.
 *
 * @param responses 5xx in a row, where they are not told apart local failures too
 * @param gateway 502, 503 and 504 in a row
 * @param local failures without a response in a row; only with {@code split}
 * @param split whether failures without a response are counted apart
 * @param interval between looks at who may come back
 * @param ejection how long
 * @param maxEjectionPercent of all endpoints
 * @param alwaysOne whether one may be ejected whatever the percentage
 * @param errors the statuses that are failures, and no others; empty: 500 to 599
 */
public record OutlierDetection(
    Threshold responses,
    Threshold gateway,
    Threshold local,
    boolean split,
    Duration interval,
    Ejection ejection,
    int maxEjectionPercent,
    boolean alwaysOne,
    Set<Integer> errors) {

  private static final int ERROR = 500;
  private static final int SUCCESS = 200;

  /**
   * What a response counts as: with errors of their own, each of them as a 500 at least, and
   * everything else as a success (Envoy's {@code HttpProtocolOptions.OutlierDetection}).
   */
  public int status(int response) {
    if (errors.isEmpty()) {
      return response;
    }
    return errors.contains(response) ? Math.max(response, ERROR) : SUCCESS;
  }

  /**
   * @param count of failures in a row; 0: none is ever reached
   * @param enforcing percent of the cases in which it has consequences
   */
  public record Threshold(int count, int enforcing) {}

  /**
   * The base for the first time in a row, twice as much for the second, and so on.
   *
   * @param jitter is added by chance, at most this
   */
  public record Ejection(Duration base, Duration most, Duration jitter) {}
}
