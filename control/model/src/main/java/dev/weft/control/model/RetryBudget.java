package dev.weft.control.model;

/**
 * How many of the active requests may be retries.
 *
 * @param percent of them
 * @param minRetryConcurrency that may be whatever the percentage
 */
public record RetryBudget(double percent, int minRetryConcurrency) {}
