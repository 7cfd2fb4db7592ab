/**
 * How many requests this workload takes: token buckets of its own, and what it asks the services
 * that count for many. Semantics are those of Envoy's {@code local_ratelimit} and {@code ratelimit}
 * filters.
 */
@NullMarked
package dev.weft.engine.limit;

import org.jspecify.annotations.NullMarked;
