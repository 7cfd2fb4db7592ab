package dev.weft.control.model;

import java.time.Duration;

/**
 * How many requests may be retries at the same time.
 *
 * @param percent of the requests
 * @param minRetryConcurrency that may be whatever the percentage
 * @param interval within which requests have begun that count; 0: those that are active
 */
public record RetryBudget(double percent, int minRetryConcurrency, Duration interval) {}
