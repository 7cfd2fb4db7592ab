package dev.weft.engine.config;

import java.time.Duration;

/**
 * Envoy's slow start: endpoints that are new take their full share of requests only by and by.
 *
 * @param window how long
 * @param aggression 1: the share grows steadily; more: faster at first
 * @param minimumPercent of the weight from the start
 */
public record SlowStart(Duration window, double aggression, double minimumPercent) {}
