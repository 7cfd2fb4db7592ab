package dev.weft.engine.balance;

import dev.weft.engine.config.TrafficPolicy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What all pickers of a cluster have in common.
 *
 * @param turn of the round robin; outlives configurations
 * @param clock monotonic nanoseconds
 */
record Basis(TrafficPolicy policy, AtomicInteger turn, LongSupplier clock) {}
