/** Metrics and their exposition. Recording takes no lock and, for known labels, no memory. */
@NullMarked
package dev.weft.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
