/** Tests. */
@NullMarked
package dev.weft.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
