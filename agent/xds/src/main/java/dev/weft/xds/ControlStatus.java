package dev.weft.xds;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the connection to the control service stands: for metrics and the status page.
 *
 * @param connected the control service has answered on the connection that is open
 * @param protocol delta, or state of the world; empty before the first answer
 * @param updateAgeMillis since the last answer was taken in; -1 before the first
 * @param subscriptions authorities that are wanted
 * @param updates answers that were taken in
 * @param nacks answers that were refused, wholly or in part
 * @param lastNack why; null: none was
 * @param connectionFailures connections lost, and attempts that failed
 * @param lastFailure why; null: none
 * @param registered the registration holds
 * @param refusedPorts why, by port; 0 stands for the whole workload
 * @param ignoredFields how often a field was present and ignored, by its full name
 */
public record ControlStatus(
    boolean connected,
    String protocol,
    long updateAgeMillis,
    int subscriptions,
    long updates,
    long nacks,
    @Nullable String lastNack,
    long connectionFailures,
    @Nullable String lastFailure,
    boolean registered,
    Map<Integer, String> refusedPorts,
    Map<String, Long> ignoredFields) {

  public ControlStatus {
    refusedPorts = Map.copyOf(refusedPorts);
    ignoredFields = Map.copyOf(ignoredFields);
  }
}
