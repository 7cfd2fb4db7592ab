/** Tests. */
@NullMarked
package dev.weft.telemetry.spans;

import org.jspecify.annotations.NullMarked;
