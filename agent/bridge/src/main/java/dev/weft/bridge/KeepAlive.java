package dev.weft.bridge;

/**
 * When the kernel asks a peer that is silent whether it is still there. Zero leaves a value to the
 * system.
 *
 * @param probes that stay unanswered until the connection is given up
 * @param timeSeconds of silence before the first
 * @param intervalSeconds between them
 */
public record KeepAlive(int probes, int timeSeconds, int intervalSeconds) {}
