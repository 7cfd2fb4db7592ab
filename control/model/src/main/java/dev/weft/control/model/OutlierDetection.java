package dev.weft.control.model;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code outlierDetection} block; a lower level's block replaces a higher one's as a whole.
 * What is null is as Envoy has it.
 *
 * @param splitLocalOrigin whether failures without a response are counted apart
 * @param maxEjectionPercent 0: as Envoy has it
 * @param minHealthPercent where fewer endpoints are healthy, all are picked from; 0: never
 * @param httpErrorCodes the statuses that are errors, and no others; none given: 500 to 599
 */
public record OutlierDetection(
    @Nullable Integer consecutive5xx,
    @Nullable Integer consecutiveGatewayErrors,
    boolean splitLocalOrigin,
    @Nullable Integer consecutiveLocalOriginFailures,
    @Nullable Duration interval,
    @Nullable Duration baseEjectionTime,
    int maxEjectionPercent,
    int minHealthPercent,
    Set<Integer> httpErrorCodes) {}
