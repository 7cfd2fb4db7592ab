package dev.weft.control.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How endpoints that are new come to their share of requests.
 *
 * @param aggression 1: steadily; more: faster at first; null: as Envoy has it, which is 1
 * @param minimumPercent from the start; null: as Envoy has it, which is 10
 */
public record Warmup(
    Duration duration, @Nullable Double aggression, @Nullable Double minimumPercent) {}
