/**
 * Where the engine's facts go: Istio's metrics for Prometheus, spans for an OpenTelemetry
 * collector. Fails open: what cannot be told is counted and forgotten.
 */
@NullMarked
package dev.weft.telemetry;

import org.jspecify.annotations.NullMarked;
